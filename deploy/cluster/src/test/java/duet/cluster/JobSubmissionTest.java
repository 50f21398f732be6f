package duet.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The submission of a job")
class JobSubmissionTest {
    private final JobSubmission submission =
            new JobSubmission(List.of("--encoding", "int8"), 3, "/savepoints/savepoint-1");

    @Test
    @DisplayName(
            "says under which id the job runs, the same each time, and before the jar what is"
                    + " Flink's")
    void command() {
        assertThat(submission.command(Path.of("/jobs/duet.jar")))
                .containsExactly(
                        "run",
                        "-d",
                        "-D",
                        "$internal.pipeline.job-id=" + submission.jobId(),
                        "-p",
                        "3",
                        "-s",
                        "/savepoints/savepoint-1",
                        "/jobs/duet.jar",
                        "--encoding",
                        "int8")
                .isEqualTo(submission.command(Path.of("/jobs/duet.jar")));
        assertThat(submission.jobId()).matches("[0-9a-f]{32}");
        assertThat(new JobSubmission(List.of(), 0, null).jobId()).isNotEqualTo(submission.jobId());
    }

    @Test
    @DisplayName("gives a program of another jar the classes of the job")
    void otherProgram() {
        JobSubmission other =
                new JobSubmission(
                        new JobSubmission.OtherProgram("a.Main", Path.of("/jobs/other.jar")),
                        List.of("--size", "3"),
                        0,
                        null);
        assertThat(other.command(Path.of("/jobs/duet.jar")))
                .endsWith(
                        "-C",
                        "file:///jobs/duet.jar",
                        "-c",
                        "a.Main",
                        "/jobs/other.jar",
                        "--size",
                        "3");
    }

    @Test
    @DisplayName("is accepted where Flink says so")
    void accepted() {
        String id = submission.jobId();
        assertThat(submission.accepted("Job has been submitted with JobID " + id + "\n"))
                .isEqualTo(id);
    }

    @Test
    @DisplayName("is accepted where the cluster has the job from a try before")
    void again() {
        String output =
                """
                 The program finished with the following exception:
                org.apache.flink.client.program.ProgramInvocationException: The main method caused an error
                Caused by: org.apache.flink.runtime.rest.util.RestClientException: [Internal server error., <Exception on server side:
                org.apache.flink.runtime.client.DuplicateJobSubmissionException: Job has already been submitted.
                """;
        assertThat(submission.accepted(output)).isEqualTo(submission.jobId());
    }

    @Test
    @DisplayName("fails with the reason otherwise")
    void refused() {
        assertThatThrownBy(
                        () ->
                                submission.accepted(
                                        "duet.schemas.InvalidInputException: there is no bundle in"
                                                + " /nowhere\n"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("there is no bundle in /nowhere");
        assertThatThrownBy(
                        () ->
                                submission.accepted(
                                        "it failed\n"
                                                + "Caused by: java.io.IOException: first\n"
                                                + "Caused by: java.io.IOException: last\n"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageEndingWith(": last");
    }
}
