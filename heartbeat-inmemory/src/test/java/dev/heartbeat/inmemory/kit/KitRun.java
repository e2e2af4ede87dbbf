package dev.heartbeat.inmemory.kit;

import dev.heartbeat.tck.HeartbeatStoreKit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * One run of the kit, apart from the build's own; its tests are named by their sentences.
 *
 * @param tests all that ran
 * @param failed those that failed, and why
 */
record KitRun(List<String> tests, Map<String, String> failed) {
    static KitRun of(Class<? extends BrokenKit> kit) {
        return of(DiscoverySelectors.selectClass(kit), test -> FilterResult.included("all are"));
    }

    /** Runs no more than the given tests. */
    static KitRun of(Class<? extends BrokenKit> kit, Set<String> tests) {
        return of(
                DiscoverySelectors.selectClass(kit),
                test -> FilterResult.includedIf(!test.isTest() || tests.contains(test.getDisplayName())));
    }

    /** Runs one group of tests. */
    static KitRun of(Class<? extends BrokenKit> kit, String group) {
        return of(
                DiscoverySelectors.selectNestedClass(
                        List.of(kit.getName()), HeartbeatStoreKit.class.getName() + "$" + group),
                test -> FilterResult.included("all are"));
    }

    private static KitRun of(DiscoverySelector selected, PostDiscoveryFilter filter) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selected)
                .filters(EngineFilter.includeEngines("junit-jupiter"), filter)
                .build();
        LauncherConfig alone = LauncherConfig.builder()
                .enableTestExecutionListenerAutoRegistration(false)
                .enableLauncherSessionListenerAutoRegistration(false)
                .enableLauncherDiscoveryListenerAutoRegistration(false)
                .enablePostDiscoveryFilterAutoRegistration(false)
                .build();
        KitRun run = new KitRun(new ArrayList<>(), new TreeMap<>());
        LauncherFactory.create(alone).execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest()) {
                    run.tests.add(test.getDisplayName());
                }
                if (result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
                    run.failed.put(
                            test.getDisplayName(),
                            result.getThrowable().map(String::valueOf).orElse("aborted"));
                }
            }
        });
        return run;
    }
}
