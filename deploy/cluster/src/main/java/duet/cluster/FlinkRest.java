package duet.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Asks Flink's REST interface what Duet wants to know. */
public final class FlinkRest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration SAVEPOINT_TIMEOUT = Duration.ofMinutes(5);

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(TIMEOUT)
                    .build();
    private final String url;

    /** Makes a client that asks at that address, {@code http://host:port}. */
    public FlinkRest(String url) {
        this.url = url;
    }

    /**
     * Says how much of the cluster there is.
     *
     * @param taskManagers TaskManagers that are registered
     * @param slots their slots
     * @param freeSlots those that no job uses
     */
    public record Overview(int taskManagers, int slots, int freeSlots) {}

    /**
     * Holds what Flink says of a job.
     *
     * @param id Flink's id of it
     * @param name its name
     * @param state Flink's state: RUNNING, RESTARTING, FAILED, ...
     * @param runningTasks tasks that run
     * @param tasks all of its tasks
     */
    public record Job(String id, String name, String state, int runningTasks, int tasks) {
        /** Returns whether every task of it runs. */
        public boolean runs() {
            return state.equals("RUNNING") && tasks > 0 && runningTasks == tasks;
        }

        /** Returns whether it will never run again. */
        public boolean ended() {
            return state.equals("FINISHED") || state.equals("CANCELED") || state.equals("FAILED");
        }
    }

    /**
     * Counts the checkpoints of a job.
     *
     * @param completed how many there were
     * @param failed how many came to nothing
     * @param restored how often the job went on from one
     * @param latest path of the last one; null before the first
     */
    public record Checkpoints(
            long completed, long failed, long restored, @Nullable String latest) {}

    /**
     * Returns the cluster's size; empty while nobody answers or a JobManager still seeks the
     * leader.
     */
    public Optional<Overview> overview() {
        try {
            JsonNode overview = get("/overview");
            return Optional.of(
                    new Overview(
                            overview.path("taskmanagers").asInt(),
                            overview.path("slots-total").asInt(),
                            overview.path("slots-available").asInt()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Returns all jobs that the cluster knows.
     *
     * @throws IOException if it does not answer
     */
    public List<Job> jobs() throws IOException {
        List<Job> jobs = new ArrayList<>();
        for (JsonNode job : get("/jobs/overview").path("jobs")) {
            jobs.add(
                    new Job(
                            job.path("jid").asText(),
                            job.path("name").asText(),
                            job.path("state").asText(),
                            job.path("tasks").path("running").asInt(),
                            job.path("tasks").path("total").asInt()));
        }
        return jobs;
    }

    /** Returns one job; empty while the cluster does not answer or does not know it. */
    public Optional<Job> job(String id) {
        try {
            return jobs().stream().filter(job -> job.id().equals(id)).findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Returns the checkpoints of a job since its JobManager started.
     *
     * @throws IOException if the cluster does not answer
     */
    public Checkpoints checkpoints(String job) throws IOException {
        JsonNode checkpoints = get("/jobs/" + job + "/checkpoints");
        JsonNode counts = checkpoints.path("counts");
        return new Checkpoints(
                counts.path("completed").asLong(),
                counts.path("failed").asLong(),
                counts.path("restored").asLong(),
                checkpoints.path("latest").path("completed").path("external_path").asText(null));
    }

    /**
     * Returns the tasks of a job that run, by the TaskManager that they run on.
     *
     * @throws IOException if the cluster does not answer
     */
    public SortedMap<String, Integer> tasksByTaskManager(String job) throws IOException {
        SortedMap<String, Integer> tasks = new TreeMap<>();
        for (JsonNode vertex : get("/jobs/" + job).path("vertices")) {
            String path = "/jobs/" + job + "/vertices/" + vertex.path("id").asText();
            for (JsonNode subtask : get(path).path("subtasks")) {
                if (subtask.path("status").asText().equals("RUNNING")) {
                    tasks.merge(subtask.path("taskmanager-id").asText(), 1, Integer::sum);
                }
            }
        }
        return tasks;
    }

    /**
     * Returns when a job began to restart last, in milliseconds of its JobManager's clock; 0 if it
     * never did under this JobManager.
     *
     * @throws IOException if the cluster does not answer
     */
    public long lastRestart(String job) throws IOException {
        return get("/jobs/" + job).path("timestamps").path("RESTARTING").asLong();
    }

    /** Returns why a job failed last; empty if it never did, or the cluster does not answer. */
    public Optional<String> failure(String job) {
        try {
            JsonNode entries =
                    get("/jobs/" + job + "/exceptions").path("exceptionHistory").path("entries");
            return Optional.ofNullable(entries.path(0).path("stacktrace").textValue())
                    .map(text -> text.lines().findFirst().orElse(""));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Takes a savepoint and stops the job with it.
     *
     * @return where the savepoint is
     * @throws IOException if the cluster does not answer, or the savepoint failed, with the reason
     */
    public String stopWithSavepoint(String job, Path directory) throws IOException {
        JsonNode trigger =
                send(
                        "POST",
                        "/jobs/" + job + "/stop",
                        BodyPublishers.ofString(
                                json.writeValueAsString(
                                        Map.of("targetDirectory", directory.toUri().toString()))));
        String request = trigger.path("request-id").asText();
        long deadline = System.nanoTime() + SAVEPOINT_TIMEOUT.toNanos();
        while (System.nanoTime() < deadline) {
            JsonNode status = get("/jobs/" + job + "/savepoints/" + request);
            if (status.path("status").path("id").asText().equals("COMPLETED")) {
                JsonNode operation = status.path("operation");
                if (operation.hasNonNull("failure-cause")) {
                    throw new IOException(
                            String.format(
                                    Locale.ROOT,
                                    "the savepoint of job %s failed: %s",
                                    job,
                                    operation.path("failure-cause").path("class").asText()));
                }
                return operation.path("location").asText();
            }
            Waiting.pause();
        }
        throw new IOException(
                "job " + job + " took no savepoint within " + SAVEPOINT_TIMEOUT.toSeconds() + " s");
    }

    /**
     * Cancels a job; its last checkpoint stays.
     *
     * @throws IOException if the cluster does not answer
     */
    public void cancel(String job) throws IOException {
        send("PATCH", "/jobs/" + job + "?mode=cancel", BodyPublishers.noBody());
    }

    private JsonNode get(String path) throws IOException {
        return send("GET", path, BodyPublishers.noBody());
    }

    private JsonNode send(String method, String path, BodyPublisher body) throws IOException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url + path))
                        .timeout(TIMEOUT)
                        .header("Content-Type", "application/json")
                        .method(method, body)
                        .build();
        try {
            var response = http.send(request, BodyHandlers.ofString());
            if (response.statusCode() >= 400) {
                throw new IOException(
                        String.format(
                                Locale.ROOT,
                                "Flink answers %d to %s %s",
                                response.statusCode(),
                                method,
                                path));
            }
            return json.readTree(response.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
