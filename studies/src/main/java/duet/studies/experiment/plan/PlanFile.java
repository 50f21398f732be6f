package duet.studies.experiment.plan;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import duet.model.data.DataFormat;
import duet.schemas.record.Encoding;
import java.util.List;
import java.util.Map;

/**
 * A plan as it stands in its file: null where it says nothing. Classes with fields, because Jackson
 * tells the line of a wrong key only while it fills one.
 */
@JsonAutoDetect(fieldVisibility = Visibility.ANY)
final class PlanFile {
    String name;
    String title;
    String description = "";
    List<DataEntry> data;
    List<Long> seeds;
    List<BackboneName> backbones;
    Overrides training = Overrides.NONE;
    Map<String, Overrides> trainingByBackbone = Map.of();
    EvaluationEntry evaluation = new EvaluationEntry();
    Map<String, EvaluationEntry> evaluationByBackbone = Map.of();
    List<VariantEntry> variants;

    @JsonAutoDetect(fieldVisibility = Visibility.ANY)
    static final class DataEntry {
        String name;
        String file;
        DataFormat format;
        String candidates;
    }

    @JsonAutoDetect(fieldVisibility = Visibility.ANY)
    static final class VariantEntry {
        String name;
        String about = "";
        List<BackboneName> backbones;
        Boolean generator = true;
        Overrides training = Overrides.NONE;
        EvaluationEntry evaluation = new EvaluationEntry();
    }

    @JsonAutoDetect(fieldVisibility = Visibility.ANY)
    static final class EvaluationEntry {
        List<Integer> ages;
        List<Integer> historyLengths;
        Boolean controls;
        Integer oscillation;
        List<Encoding> encodings;
        Boolean deviceTime;
        Integer fineTune;

        EvaluationParts over(EvaluationParts standard) {
            return new EvaluationParts(
                    ages == null ? standard.ages() : ages,
                    historyLengths == null ? standard.historyLengths() : historyLengths,
                    controls == null ? standard.controls() : controls,
                    oscillation == null ? standard.oscillation() : oscillation,
                    encodings == null ? standard.encodings() : encodings,
                    deviceTime == null ? standard.deviceTime() : deviceTime,
                    fineTune == null ? standard.fineTune() : fineTune);
        }
    }

    /** A backbone that there is. */
    record BackboneName(String id, String constant) {}
}
