package duet.cli.fleet;

import duet.testkit.Eventually;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.remote.http.ClientConfig;

/** A page in a Chromium without a screen. */
final class Chromium implements AutoCloseable {
    private static final Pattern REQUEST =
            Pattern.compile("\"method\":\"Network.requestWillBeSent\".*?\"url\":\"([^\"]*)\"");

    private final ChromeDriver driver;

    private Chromium(ChromeDriver driver) {
        this.driver = driver;
    }

    /** A browser of this system; empty if it has none, or no driver for it. */
    static Optional<Chromium> start(Path profile) {
        Optional<Path> browser = onPath("chromium", "chromium-browser", "google-chrome");
        Optional<Path> chromeDriver = onPath("chromedriver");
        if (browser.isEmpty() || chromeDriver.isEmpty()) {
            return Optional.empty();
        }
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(browser.get().toFile());
        // No sandbox: a build may run as root, and the page is our own.
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                "--user-data-dir=" + profile);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service =
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(chromeDriver.get().toFile())
                        .withTimeout(Eventually.limit())
                        .build();
        ChromeDriver driver =
                new ChromeDriver(
                        service,
                        options,
                        ClientConfig.defaultConfig()
                                .readTimeout(Eventually.limit().plusMinutes(1)));
        driver.manage().timeouts().scriptTimeout(Eventually.limit());
        Chromium chromium = new Chromium(driver);
        // The browser's own first page asks for what it is made of.
        chromium.open(URI.create("about:blank"));
        chromium.requests();
        return Optional.of(chromium);
    }

    private static Optional<Path> onPath(String... names) {
        List<String> folders = Arrays.asList(System.getenv("PATH").split(File.pathSeparator));
        return Stream.of(names)
                .flatMap(name -> folders.stream().map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    void open(URI address) {
        driver.get(address.toString());
    }

    /** As on a screen of this width that prefers this scheme, dark or light. */
    void show(int width, int height, String scheme) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    /** The whole page as it is now, as PNG. */
    void photograph(Path file) throws IOException {
        Number height = (Number) evaluate("document.documentElement.scrollHeight");
        Number width = (Number) evaluate("innerWidth");
        String scheme =
                (Boolean) evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
                        ? "dark"
                        : "light";
        show(width.intValue(), height.intValue(), scheme);
        Files.createDirectories(file.getParent());
        Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
    }

    /** What an expression is in the page. */
    Object evaluate(String expression) {
        return driver.executeScript("return " + expression);
    }

    String text(String id) {
        return driver.findElement(By.id(id)).getText();
    }

    WebElement element(String id) {
        return driver.findElement(By.id(id));
    }

    /** Sends keys to whatever has the focus. */
    void press(CharSequence... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    /** Ids of what the tabulator key reaches, from the start of the page until it leaves it. */
    List<String> tabOrder() {
        driver.executeScript("document.activeElement.blur(); scrollTo(0, 0)");
        List<String> reached = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            press(Keys.TAB);
            if (Boolean.TRUE.equals(evaluate("document.activeElement === document.body"))) {
                break;
            }
            reached.add(
                    (String)
                            evaluate(
                                    "document.activeElement.id ||"
                                            + " document.activeElement.className"));
        }
        return reached;
    }

    /** Waits until an expression holds in the page. */
    void await(String expression) {
        driver.executeAsyncScript(
                String.format(
                        Locale.ROOT,
                        """
                        const done = arguments[arguments.length - 1];
                        const check = () => (%s) ? done() : setTimeout(check, 100);
                        check();
                        """,
                        expression));
    }

    /** Errors and warnings of the page since this was asked before. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    /** Where the page sent requests since this was asked before. */
    List<URI> requests() {
        return driver.manage().logs().get(LogType.PERFORMANCE).getAll().stream()
                .map(entry -> REQUEST.matcher(entry.getMessage()))
                .filter(Matcher::find)
                .map(matcher -> URI.create(matcher.group(1)))
                .toList();
    }

    /** What axe-core finds against WCAG 2.2 A and AA, contrast included: a line for each. */
    @SuppressWarnings("unchecked")
    List<String> accessibilityFaults() throws IOException {
        if (Boolean.TRUE.equals(evaluate("typeof axe === 'undefined'"))) {
            try (InputStream axe = Chromium.class.getResourceAsStream("/axe.min.js")) {
                driver.executeScript(new String(axe.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return (List<String>)
                driver.executeAsyncScript(
                        """
                        const done = arguments[arguments.length - 1];
                        const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
                        axe.run(document, { runOnly: tags }).then((found) => done(found.violations.flatMap((rule) =>
                            rule.nodes.map((node) => rule.id + ": " + node.html + " " + node.failureSummary))));
                        """);
    }

    @Override
    public void close() {
        driver.quit();
    }
}
