package duet.cli.architecture;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import duet.cli.Duet;
import duet.operations.broker.KafkaClients;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;

/** The arrows between modules and packages. This module sees all others, so it can hold them. */
@AnalyzeClasses(packages = "duet", importOptions = ArchitectureTest.Product.class)
class ArchitectureTest {

    /** Neither tests, which a module may hand to another one as a jar, nor what they share. */
    static final class Product implements ImportOption {
        private final ImportOption noTests = new DoNotIncludeTests();

        @Override
        public boolean includes(Location location) {
            return noTests.includes(location)
                    && !location.contains("-tests.jar")
                    && !location.contains("testkit");
        }
    }

    private static final String KAFKA = "org.apache.kafka..";
    private static final String FLINK = "org.apache.flink..";
    private static final String DJL = "ai.djl..";
    private static final String ONNX_RUNTIME = "ai.onnxruntime..";

    /**
     * Packages that decide and compute: inputs in, a value out, no framework, no clock, no chance
     * of their own.
     */
    private static final String[] PURE = {
        "duet.jobs.history..",
        "duet.jobs.generation..",
        "duet.jobs.policy..",
        "duet.model.training.start..",
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
                    .layer("interaction-logs")
                    .definedBy("duet.interactions..")
                    .layer("device-runtime")
                    .definedBy("duet.device..")
                    .layer("operations")
                    .definedBy("duet.operations..")
                    .layer("flink-jobs")
                    .definedBy("duet.jobs..")
                    .layer("device-simulator")
                    .definedBy("duet.simulator..")
                    .layer("embedded")
                    .definedBy("duet.embedded..")
                    .layer("cluster")
                    .definedBy("duet.cluster..")
                    .layer("studies")
                    .definedBy("duet.studies..")
                    .layer("bench")
                    .definedBy("duet.bench..")
                    .layer("cli")
                    .definedBy("duet.cli..")
                    .whereLayer("schemas")
                    .mayNotAccessAnyLayer()
                    .whereLayer("model")
                    .mayOnlyAccessLayers("schemas")
                    .whereLayer("interaction-logs")
                    .mayOnlyAccessLayers("schemas", "model")
                    .whereLayer("device-runtime")
                    .mayOnlyAccessLayers("schemas")
                    .whereLayer("operations")
                    .mayOnlyAccessLayers("schemas")
                    .whereLayer("flink-jobs")
                    .mayOnlyAccessLayers("schemas", "model", "operations")
                    .whereLayer("device-simulator")
                    .mayOnlyAccessLayers("schemas", "device-runtime", "operations")
                    .whereLayer("embedded")
                    .mayOnlyAccessLayers("operations")
                    .whereLayer("cluster")
                    .mayOnlyAccessLayers(
                            "schemas",
                            "model",
                            "device-runtime",
                            "operations",
                            "flink-jobs",
                            "device-simulator")
                    .whereLayer("studies")
                    .mayOnlyAccessLayers(
                            "schemas",
                            "model",
                            "interaction-logs",
                            "device-runtime",
                            "flink-jobs",
                            "device-simulator")
                    .whereLayer("bench")
                    .mayOnlyAccessLayers(
                            "schemas",
                            "model",
                            "device-runtime",
                            "operations",
                            "flink-jobs",
                            "device-simulator",
                            "embedded",
                            "cluster")
                    .whereLayer("cli")
                    .mayNotBeAccessedByAnyLayer();

    @ArchTest
    static final ArchRule everyClassStandsInAModule =
            classes()
                    .should()
                    .resideInAnyPackage(
                            "duet.schemas..",
                            "duet.model..",
                            "duet.interactions..",
                            "duet.device..",
                            "duet.operations..",
                            "duet.jobs..",
                            "duet.simulator..",
                            "duet.embedded..",
                            "duet.cluster..",
                            "duet.studies..",
                            "duet.bench..",
                            "duet.cli..");

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
    static final ArchRule signaturesAreMadeInOnePlace =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("duet.schemas.signature..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.bouncycastle..");

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
                    .resideOutsideOfPackages("duet.jobs..", "duet.bench..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "duet.jobs.operator..",
                            "duet.jobs.serialization..",
                            "duet.jobs.internal..",
                            "duet.jobs.io..");

    @ArchTest
    static final ArchRule onlyTheCommandLineKnowsItsLibrary =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("duet.cli..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("picocli..", "me.tongfei.progressbar..");

    @ArchTest
    static final ArchRule enginesAreFoundAtRunTime =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("ai.djl.pytorch..", "ai.djl.onnxruntime..", ONNX_RUNTIME)
                    .because(
                            "a job must not carry PyTorch, and DJL must be the only one to open"
                                    + " ONNX Runtime");

    @ArchTest
    static final ArchRule logsAreReadInOnePlace =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("duet.interactions..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("java.sql..")
                    .orShould()
                    .dependOnClassesThat()
                    .resideInAPackage("org.duckdb..");

    @ArchTest
    static final ArchRule theSimulatorKnowsOnlyTheTopics =
            noClasses()
                    .that()
                    .resideInAPackage("duet.simulator..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(FLINK, DJL, ONNX_RUNTIME);

    @ArchTest
    static final ArchRule kafkaClientsAreMadeInOnePlace =
            noClasses()
                    .that()
                    .doNotBelongToAnyOf(KafkaClients.class)
                    .should()
                    .callConstructorWhere(target(owner(assignableTo(KafkaProducer.class))))
                    .orShould()
                    .callConstructorWhere(target(owner(assignableTo(KafkaConsumer.class))))
                    .orShould()
                    .callMethod(Admin.class, "create", Map.class)
                    .orShould()
                    .callMethod(Admin.class, "create", Properties.class);

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
