package duet.cli.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import duet.device.DeviceModel;
import duet.embedded.EmbeddedStack;
import duet.jobs.ParameterGenerationJob;
import duet.jobs.config.MetricNames;
import duet.jobs.generation.DeltaEncoding;
import duet.schemas.bundle.ModelBundle;
import duet.simulator.dashboard.Dashboard;
import duet.simulator.dashboard.LiveRun;
import duet.simulator.dashboard.RunHeader;
import duet.simulator.fleet.FleetClock;
import duet.simulator.fleet.FleetOptions;
import duet.simulator.fleet.FleetOptions.Circumstances;
import duet.simulator.fleet.FleetOptions.Measured;
import duet.simulator.fleet.FleetOptions.Waits;
import duet.simulator.fleet.account.DeviceLens;
import duet.simulator.fleet.run.Fleet;
import duet.simulator.fleet.run.FleetRun;
import duet.simulator.network.Link;
import duet.simulator.network.NetworkConditions;
import duet.simulator.network.OfflinePeriods;
import duet.simulator.scenario.ArrivalModel;
import duet.simulator.scenario.Scenario;
import duet.simulator.scenario.ScenarioWorkload;
import duet.simulator.workload.SyntheticCatalogue;
import duet.simulator.workload.Workload;
import duet.testkit.Eventually;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;

/**
 * The live page of a run through Kafka and Flink, in a real browser; its pictures lie under
 * target/dashboard.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
@DisplayName("The live page")
class DashboardIT {
    private static final Path MODEL = Path.of("..", "models", "demo");
    private static final Path PICTURES = Path.of("target", "dashboard");
    private static final int DEVICES = 20;
    private static final List<String> CHARTS =
            List.of("quality", "latency", "rates", "drift", "saved");

    /** Every fiftieth window is lost; every fifth device is offline for a tenth of the time. */
    private static final NetworkConditions LOSSY =
            new NetworkConditions(
                    new Link(Duration.ZERO, Duration.ZERO, 0.02),
                    Link.PERFECT,
                    new OfflinePeriods(0.2, Duration.ofSeconds(10), Duration.ofSeconds(1), true),
                    List.of());

    private EmbeddedStack stack;
    private FleetRun run;
    private Dashboard dashboard;
    private Chromium page;

    @BeforeAll
    void start(@TempDir Path profile) {
        Optional<Chromium> browser = Chromium.start(profile);
        Assumptions.assumeTrue(
                browser.isPresent(),
                "no chromium with chromedriver on the PATH (Debian: chromium and chromium-driver)");
        page = browser.get();
        ModelBundle bundle = ModelBundle.open(MODEL);
        DeviceModel model = DeviceModel.load(bundle);
        stack = EmbeddedStack.start(ParameterGenerationJob.serving(MODEL, DeltaEncoding.INT8), 1);
        Workload workload =
                new ScenarioWorkload(
                        Scenario.plain(
                                "synthetic",
                                DEVICES,
                                ArrivalModel.POISSON,
                                4 * DEVICES,
                                Duration.ofHours(1),
                                7),
                        SyntheticCatalogue.forModel(bundle.vocabulary()),
                        "device-",
                        bundle.dimensions().history(),
                        1_700_000_000_000L);
        run =
                Fleet.start(
                        model,
                        workload,
                        FleetOptions.of(stack.bootstrapServers())
                                .withWaits(Waits.of(Eventually.limit(), Waits.DEFAULT.answer()))
                                .withCircumstances(Circumstances.PLAIN.withNetwork(LOSSY))
                                .withMeasured(
                                        new Measured(
                                                true,
                                                true,
                                                () -> stack.metrics().count(MetricNames.GATED))),
                        FleetClock.system());
        dashboard =
                Dashboard.start(
                        0, LiveRun.of(run, RunHeader.of(workload, model.version(), true, true)));
        page.show(1280, 900, "light");
        page.open(dashboard.address());
    }

    @AfterAll
    void stop() {
        for (AutoCloseable part : new AutoCloseable[] {page, dashboard, run, stack}) {
            if (part != null) {
                close(part);
            }
        }
    }

    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @Order(1)
    @DisplayName("draws what the run shows, as it comes")
    void draws() {
        for (String chart : CHARTS) {
            page.await(
                    String.format(
                                    Locale.ROOT,
                                    "typeof Chart !== 'undefined' && Chart.getChart('%s') &&"
                                            + " Chart.getChart('%s').data.datasets",
                                    chart,
                                    chart)
                            + ".every((set) => set.data.filter((point) => point.y !== null).length"
                            + " >= 2)");
        }
        long before = windows();
        page.await(
                "Number(document.getElementById('sent-detail').textContent.replace(/\\D/g, '')) > "
                        + before);
        assertThat(page.text("status-text")).isEqualTo("Running");
        assertThat(page.text("title")).isEqualTo("Simulation of 20 devices");
        assertThat(page.text("gain-detail")).contains("global", "personalized");
    }

    private long windows() {
        return Long.parseLong(
                page.text("sent-detail").replaceAll(" in all.*", "").replace(",", ""));
    }

    @Test
    @Order(2)
    @DisplayName("marks what was lost or held back, and nothing else")
    void amiss() {
        page.await("document.querySelector('#lost-up.some dd') !== null");
        page.await("document.querySelector('#held.some dd') !== null");
        assertThat(run.progress().network().lostUp()).isGreaterThanOrEqualTo(count("#lost-up"));
        assertThat(count("#held")).isPositive();
        assertThat(count("#unsent")).isZero();
        assertThat(page.evaluate("document.getElementById('unsent').className")).isEqualTo("");
        assertThat(page.evaluate("document.getElementById('lost-down').className")).isEqualTo("");
    }

    private long count(String entry) {
        Object text = page.evaluate("document.querySelector('" + entry + " dd').textContent");
        return Long.parseLong(((String) text).replace(",", ""));
    }

    @Test
    @Order(3)
    @DisplayName("looks at one device: its window, its delta, and what that changes")
    void lens() {
        page.await("document.querySelectorAll('#after li').length === 10");
        page.await("document.querySelectorAll('#window li').length > 5");
        assertThat(page.text("device-id")).startsWith("device-");
        assertThat(page.text("delta-bytes")).matches("[\\d,]+ bytes");
        assertThat(page.text("delta-age")).matches("\\d+ interactions?");
        assertThat(page.text("delta-seconds")).matches("[\\d.]+ s ago");
        DeviceLens seen = run.lens(page.text("device-id")).orElseThrow();
        assertThat(page.text("device-model")).isEqualTo(seen.modelVersion());
        page.await(
                "document.querySelector('#before').textContent !=="
                        + " document.querySelector('#after').textContent");
    }

    @Test
    @Order(4)
    @DisplayName("can be used with the keyboard alone")
    void keyboard() {
        assertThat(page.tabOrder())
                .containsExactly("skip", "previous", "search", "next", "devices");
        String first = page.text("device-id");
        page.element("devices").sendKeys(Keys.HOME, Keys.ARROW_DOWN);
        page.await("document.getElementById('device-id').textContent !== '" + first + "'");
        String second = page.text("device-id");
        page.element("next").sendKeys(Keys.ENTER);
        page.await("document.getElementById('device-id').textContent !== '" + second + "'");
        page.element("search").sendKeys("ice-17");
        page.await("document.querySelectorAll('#devices li').length === 1");
        page.element("search").sendKeys(Keys.ENTER);
        page.await("document.getElementById('device-id').textContent === 'device-17'");
        assertThat(page.evaluate("document.activeElement.id")).isEqualTo("search");
        assertThat((String) page.evaluate("getComputedStyle(document.activeElement).outlineStyle"))
                .isEqualTo("solid");
        page.element("search").clear();
        page.element("search").sendKeys(Keys.BACK_SPACE);
        page.await("document.querySelectorAll('#devices li').length === " + DEVICES);
    }

    @ParameterizedTest(name = "{0} pixels wide, {1}")
    @CsvSource({"1280, light", "1280, dark", "400, light", "400, dark"})
    @Order(5)
    @DisplayName("fits, and can be read by everybody,")
    void fits(int width, String scheme) throws IOException {
        page.show(width, 900, scheme);
        page.await("innerWidth === " + width);
        page.await("document.querySelectorAll('#after li').length === 10");
        assertThat((Long) page.evaluate("document.documentElement.scrollWidth"))
                .as("width of the page")
                .isEqualTo(page.evaluate("document.documentElement.clientWidth"));
        assertThat(page.accessibilityFaults()).isEmpty();
        page.photograph(PICTURES.resolve(width + "-" + scheme + ".png"));
        page.show(width, 900, "light");
    }

    @Test
    @Order(6)
    @DisplayName("asks nobody but the run, and has nothing to complain of")
    void alone() {
        assertThat(page.requests())
                .isNotEmpty()
                .allSatisfy(
                        uri ->
                                assertThat(uri.getScheme().equals("data") || local(uri))
                                        .as(uri.toString())
                                        .isTrue());
        assertThat(page.complaints()).isEmpty();
    }

    private boolean local(URI uri) {
        return uri.getHost().equals("localhost") && uri.getPort() == dashboard.address().getPort();
    }

    @Test
    @Order(7)
    @DisplayName("keeps what the run ended with when there is nobody left to ask")
    void over() {
        run.stop();
        assertThat(run.await(Eventually.limit())).isTrue();
        long windows = run.progress().windows().sent();
        dashboard.close();
        page.await("document.getElementById('status-text').textContent === 'The run is over'");
        assertThat(windows()).isEqualTo(windows);
        assertThat(page.text("progress-text")).startsWith("It took");
        assertThat(page.evaluate("document.querySelectorAll('#after li').length")).isEqualTo(10L);
        assertThat(page.complaints()).isEmpty();
    }
}
