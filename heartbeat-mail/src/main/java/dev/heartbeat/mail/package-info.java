/** Alerts by e-mail, over SMTP. {@link dev.heartbeat.mail.MailSink} is the entry type. */
@NullMarked
package dev.heartbeat.mail;

import org.jspecify.annotations.NullMarked;
