package duet.simulator.dashboard;

import duet.simulator.report.ChartLibrary;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Serves the page with what it is made of. */
final class PageFiles implements HttpHandler {
    private final Map<String, PageFile> files =
            Map.of(
                    "/", new PageFile("text/html; charset=utf-8", resource("index.html")),
                    "/dashboard.css", new PageFile("text/css", resource("dashboard.css")),
                    "/dashboard.js", new PageFile("text/javascript", resource("dashboard.js")),
                    "/icon.svg", new PageFile("image/svg+xml", resource("icon.svg")),
                    "/chart.js",
                            new PageFile(
                                    "text/javascript",
                                    ChartLibrary.script().getBytes(StandardCharsets.UTF_8)));

    private record PageFile(String type, byte[] bytes) {}

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        PageFile file = files.get(exchange.getRequestPath());
        if (file == null) {
            exchange.setStatusCode(StatusCodes.NOT_FOUND);
            exchange.endExchange();
            return;
        }
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, file.type);
        exchange.getResponseSender().send(ByteBuffer.wrap(file.bytes).asReadOnlyBuffer());
    }

    private static byte[] resource(String name) {
        try (InputStream in =
                PageFiles.class.getResourceAsStream("/duet/simulator/dashboard/" + name)) {
            if (in == null) {
                throw new IllegalStateException("resource " + name + " is missing");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }
}
