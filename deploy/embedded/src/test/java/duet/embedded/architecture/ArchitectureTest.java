package duet.embedded.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import duet.embedded.cli.Duet;
import java.util.Random;

/** The arrows between modules and packages. This module sees all others, so it can hold them. */
@AnalyzeClasses(packages = "duet", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String KAFKA = "org.apache.kafka..";
    private static final String FLINK = "org.apache.flink..";
    private static final String DJL = "ai.djl..";
    private static final String ONNX_RUNTIME = "ai.onnxruntime..";

    /** Packages that decide and compute: inputs in, a value out, no framework, no clock, no chance of their own. */
    private static final String[] PURE = {
        "duet.jobs.history..",
        "duet.jobs.generation..",
        "duet.jobs.policy..",
        "duet.simulator.workload..",
        "duet.simulator.scenario..",
        "duet.simulator.network..",
        "duet.simulator.threshold..",
        "duet.schemas.."
    };

    @ArchTest
    static final ArchRule modules =
            layeredArchitecture()
                    .consideringOnlyDependenciesInLayers()
                    .layer("schemas")
                    .definedBy("duet.schemas..")
                    .layer("model")
                    .definedBy("duet.model..")
                    .layer("device-runtime")
                    .definedBy("duet.device..")
                    .layer("flink-jobs")
                    .definedBy("duet.jobs..")
                    .layer("device-simulator")
                    .definedBy("duet.simulator..")
                    .layer("deploy")
                    .definedBy("duet.embedded..")
                    .whereLayer("schemas")
                    .mayNotAccessAnyLayer()
                    .whereLayer("model")
                    .mayOnlyAccessLayers("schemas")
                    .whereLayer("device-runtime")
                    .mayOnlyAccessLayers("schemas")
                    .whereLayer("flink-jobs")
                    .mayOnlyAccessLayers("schemas", "model")
                    .whereLayer("device-simulator")
                    .mayOnlyAccessLayers("schemas", "device-runtime")
                    .whereLayer("deploy")
                    .mayNotBeAccessedByAnyLayer();

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("duet.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule contractsAndDevicesKnowNoFramework =
            noClasses()
                    .that()
                    .resideInAnyPackage("duet.schemas..", "duet.device..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(KAFKA, FLINK, DJL, ONNX_RUNTIME);

    @ArchTest
    static final ArchRule theModelKnowsNoStream =
            noClasses()
                    .that()
                    .resideInAPackage("duet.model..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(KAFKA, FLINK)
                    .because("training and serving are the same wherever windows come from");

    @ArchTest
    static final ArchRule theJobLeavesTheEngineToTheModel =
            noClasses()
                    .that()
                    .resideInAPackage("duet.jobs..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(DJL, ONNX_RUNTIME);

    @ArchTest
    static final ArchRule machineryOfTheJobStaysInside =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("duet.jobs..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("duet.jobs.internal..");

    @ArchTest
    static final ArchRule enginesAreFoundAtRunTime =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("ai.djl.pytorch..", "ai.djl.onnxruntime..", ONNX_RUNTIME)
                    .because(
                            "a job must not carry PyTorch, and DJL must be the only one to open ONNX Runtime");

    @ArchTest
    static final ArchRule theSimulatorKnowsOnlyTheTopics =
            noClasses()
                    .that()
                    .resideInAPackage("duet.simulator..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(FLINK, DJL, ONNX_RUNTIME);

    @ArchTest
    static final ArchRule purePackagesKnowNoFramework =
            noClasses()
                    .that()
                    .resideInAnyPackage(PURE)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(KAFKA, FLINK, DJL, ONNX_RUNTIME);

    @ArchTest
    static final ArchRule purePackagesReadNoClockAndThrowNoDice =
            noClasses()
                    .that()
                    .resideInAnyPackage(PURE)
                    .should()
                    .callMethod(System.class, "currentTimeMillis")
                    .orShould()
                    .callMethod(System.class, "nanoTime")
                    .orShould()
                    .callMethod(Math.class, "random")
                    .orShould()
                    .callConstructor(Random.class);

    @ArchTest
    static final ArchRule nativeResourcesAreNeverStatic =
            noFields()
                    .that()
                    .areStatic()
                    .should()
                    .haveRawType("ai.djl.ndarray.NDManager")
                    .orShould()
                    .haveRawType("ai.djl.inference.Predictor")
                    .orShould()
                    .haveRawType("ai.djl.engine.Engine")
                    .orShould()
                    .haveRawType("ai.djl.repository.zoo.ZooModel")
                    .orShould()
                    .haveRawType("ai.djl.Model")
                    .because("they outlive a failover and leak native memory");

    @ArchTest
    static final ArchRule staticFieldsAreConstants =
            fields().that()
                    .areStatic()
                    .and()
                    .areDeclaredInClassesThat()
                    .resideOutsideOfPackage("duet.schemas.record..")
                    .should()
                    .beFinal();

    @ArchTest
    static final ArchRule onlyTheCommandLinePrints =
            noClasses()
                    .that()
                    .doNotBelongToAnyOf(Duet.class)
                    .should(ACCESS_STANDARD_STREAMS)
                    .because("a command writes to the terminal that it is given");

    @ArchTest static final ArchRule oneLogger = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

    @ArchTest
    static final ArchRule namesSayWhatAClassDoes =
            noClasses()
                    .should()
                    .haveSimpleNameEndingWith("Util")
                    .orShould()
                    .haveSimpleNameEndingWith("Utils")
                    .orShould()
                    .haveSimpleNameEndingWith("Helper")
                    .orShould()
                    .haveSimpleNameEndingWith("Manager");
}
