package duet.jobs.operator;

import duet.jobs.generation.DeltaGeneratorFactory;
import duet.jobs.policy.GenerationPolicyFactory;
import duet.jobs.release.ReleaseSource;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Each subtask of the generation operator makes its own collaborators from these factories.
 *
 * @param shipped the model that is served without a release; null: none
 * @param releases opens releases
 * @param initialReleases releases there were when the job was submitted, encoded
 * @param policy decides which windows are answered
 * @param signer signs deltas
 */
public record OperatorFactories(
        @Nullable DeltaGeneratorFactory shipped,
        ReleaseSource releases,
        List<byte[]> initialReleases,
        GenerationPolicyFactory policy,
        SignerFactory signer)
        implements Serializable {}
