const MINUTE = 60_000;

function sampleOf(name) {
  const at = (minutes) => new Date(Date.now() + minutes * MINUTE).toISOString();
  const health = (pulse, last, next) => ({
    pulse, timestamp: at(last), nextExpected: at(next), healthy: pulse === 'alive', schedulesExecuted: 2,
    browserTasksExecuted: 1, errors: pulse === 'error' ? 1 : 0,
  });
  switch (name) {
    case 'alive': return health('alive', -2, 8.2);
    case 'warning': return health('warning', -22, -12);
    case 'error': return health('error', -4, 6.2);
    case 'unknown': return { pulse: 'unknown', timestamp: null, nextExpected: null, healthy: false };
    default: return null;
  }
}

function showSamples() {
  for (const element of document.querySelectorAll('.sample')) {
    element.show(sampleOf(element.dataset.sample));
  }
}

/** In the words that customers would see, if the server shows them. */
async function showSentence() {
  const sentence = document.getElementById('sentence');
  try {
    const response = await fetch('public.json');
    sentence.textContent = response.ok ? (await response.json()).text : '';
  } catch {
    sentence.textContent = 'This page goes on by itself when the server is back.';
  }
}

await customElements.whenDefined('heartbeat-indicator');
showSamples();
showSentence();
document.getElementById('living').addEventListener('heartbeat-change', showSentence);
setInterval(() => {
  if (!document.hidden) {
    showSamples();
    showSentence();
  }
}, MINUTE / 2);
