package duet.studies.experiment.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import duet.model.training.options.ItemTableOption;
import duet.model.training.options.TrainingOptions;
import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Training options by name")
class TrainingOptionTreeTest {
    /** As it stands in the results of cells. */
    private static final String DEFAULTS =
            """
            {"backbone":"SASREC","seed":7,\
            "network":{"epochs":150,"patience":16,"batch":128,"negatives":4,"learningRate":0.004,\
            "weightDecay":5.0E-4,"gradientClip":1.0,"dropout":0.2,"averaging":0.998},\
            "generator":{"epochs":20,"patience":4,"batch":256,"negatives":4,"learningRate":0.001,\
            "weightDecay":0.0,"gradientClip":1.0,"dropout":0.2,"averaging":0.999},\
            "joint":true,"maxAge":50,"freshShare":0.2,"positions":4,\
            "historyDropout":0.3,"residualPenalty":0.0,"globalShare":0.7,\
            "validationNegatives":100,\
            "items":"auto","spectralStart":true,\
            "window":30,"history":200,"width":32,"blocks":1,"heads":1,"feedForward":32,\
            "generatorItemWidth":64,"encoderWidth":0,"embeddingWidth":64,"layerEmbeddingWidth":32,\
            "decoders":2,"memoryDecays":[0.8,0.93,0.98,0.995],"rank":4,"coldStart":5,\
            "deviceMemoryDecays":[]}\
            """;

    @Test
    @DisplayName("are written in this order and read again")
    void order() throws IOException {
        TrainingOptions defaults = TrainingOptions.defaults();

        assertThat(TrainingOptionTree.of(defaults)).hasToString(DEFAULTS);
        assertThat(new ObjectMapper().readValue(DEFAULTS, TrainingOptions.class))
                .isEqualTo(defaults);
    }

    @Test
    @DisplayName("of results from before items could be int8 are those of float32 items")
    void withoutItems() throws IOException {
        assertThat(
                        new ObjectMapper()
                                .readValue(
                                        DEFAULTS.replace("\"items\":\"auto\",", ""),
                                        TrainingOptions.class))
                .isEqualTo(TrainingOptions.defaults().withItems(ItemTableOption.FLOAT32));
    }
}
