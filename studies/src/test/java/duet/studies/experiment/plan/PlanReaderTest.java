package duet.studies.experiment.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.interactions.ColumnMapping;
import duet.interactions.LogSource;
import duet.interactions.RowOptions;
import duet.interactions.UserLimits;
import duet.model.data.SplitRule;
import duet.model.network.Backbone;
import duet.model.training.options.ModelSizes;
import duet.model.training.options.TrainingOptions;
import duet.schemas.InvalidInputException;
import duet.schemas.record.Encoding;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A plan")
class PlanReaderTest {
    private static final String PLAN =
            """
            name: small
            data:
              - {name: log, file: data/log.csv, format: csv}
              - {name: other, file: /data/u.data, format: ml-100k, candidates: c.tsv}
            seeds: [1, 2]
            backbones: [sasrec, din]
            training: {width: 16, feedForward: 16, network: {epochs: 3}}
            trainingByBackbone:
              din: {feedForward: 8}
            evaluation: {ages: [0, 10], controls: false}
            evaluationByBackbone: {din: {encodings: []}}
            variants:
              - name: default
                evaluation: {ages: [0, 50], encodings: [float32, int4]}
              - name: full
                about: no factors
                backbones: [sasrec]
                training: {rank: 0, memoryDecays: [0.5], generator: {learningRate: 1}}
              - name: none
                generator: false
            """;

    @TempDir private Path directory;

    private ExperimentPlan read(String text) throws IOException {
        Path file = directory.resolve("plan.yaml");
        Files.writeString(file, text);
        return PlanReader.read(file);
    }

    @Nested
    @DisplayName("spans")
    class Spans {

        @Test
        @DisplayName("every data set with every backbone, seed and variant that is for it")
        void cells() throws IOException {
            ExperimentPlan plan = read(PLAN);

            assertThat(plan.cells())
                    .extracting(PlannedCell::title)
                    .hasSize(2 * 2 * (3 + 2))
                    .startsWith(
                            "log sasrec default 1",
                            "log sasrec default 2",
                            "log din default 1",
                            "log din default 2")
                    .contains("other din none 2")
                    .doesNotContain("log din full 1");
            assertThat(plan.cells()).extracting(PlannedCell::id).doesNotHaveDuplicates();
        }

        @Test
        @DisplayName("options of plan, backbone and variant, the later before the earlier")
        void options() throws IOException {
            List<PlannedCell> cells = read(PLAN).cells();

            PlannedCell full = cell(cells, "log sasrec full 2");
            TrainingOptions defaults = TrainingOptions.defaults();
            assertThat(full.options().seed()).isEqualTo(2);
            assertThat(full.options().sizes().device().width()).isEqualTo(16);
            assertThat(full.options().sizes().device().feedForward()).isEqualTo(16);
            assertThat(full.options().sizes().generator().rank()).isZero();
            assertThat(full.options().sizes().generator().memoryDecays()).containsExactly(0.5);
            assertThat(full.options().sizes().window()).isEqualTo(ModelSizes.defaults().window());
            assertThat(full.options().network().epochs()).isEqualTo(3);
            assertThat(full.options().network().batch()).isEqualTo(defaults.network().batch());
            assertThat(full.options().generator().adam().learningRate()).isEqualTo(1.0);
            assertThat(full.options().generator().epochs())
                    .isEqualTo(defaults.generator().epochs());

            PlannedCell din = cell(cells, "log din default 1");
            assertThat(din.options().backbone().id()).isEqualTo("din");
            assertThat(din.options().sizes().device().feedForward()).isEqualTo(8);
            assertThat(din.options().sizes().generator().rank())
                    .isEqualTo(ModelSizes.defaults().generator().rank());
        }

        @Test
        @DisplayName("what is measured, likewise")
        void evaluation() throws IOException {
            List<PlannedCell> cells = read(PLAN).cells();

            EvaluationParts standard = cell(cells, "log sasrec default 1").evaluation();
            assertThat(standard.ages()).containsExactly(0, 50);
            assertThat(standard.encodings()).containsExactly(Encoding.FLOAT32, Encoding.INT4);
            assertThat(standard.controls()).isFalse();
            assertThat(cell(cells, "log din default 1").evaluation().encodings()).isEmpty();
            assertThat(standard.historyLengths())
                    .isEqualTo(EvaluationParts.defaults().historyLengths());
            assertThat(cell(cells, "log sasrec full 1").evaluation().ages()).containsExactly(0, 10);
            assertThat(cell(cells, "log sasrec none 1").variant().generator()).isFalse();
        }

        @Test
        @DisplayName("how a log is read that tells its own format")
        void logs() throws IOException {
            LogSource log =
                    read(PLAN.replace(
                                    ", format: csv",
                                    ", columns: 'user=who,item=2', where: a > 1,"
                                            + " skipBadRows: true, dropRepeats: true,"
                                            + " mostPerUser: 50"))
                            .data()
                            .get(0)
                            .log();

            assertThat(log)
                    .isEqualTo(
                            new LogSource(
                                    directory.resolve("data/log.csv").toString(),
                                    null,
                                    new ColumnMapping("who", "2", null),
                                    new RowOptions("a > 1", null, "utf-8", true),
                                    new UserLimits(true, 50, 0),
                                    null));
        }

        @Test
        @DisplayName("files that stand where the plan stands, or where an absolute path says")
        void paths() throws IOException {
            List<DataSource> data = read(PLAN).data();

            assertThat(data.get(0).log().files())
                    .isEqualTo(directory.resolve("data/log.csv").toString());
            assertThat(data.get(0).candidates()).isNull();
            assertThat(data.get(1).log().files()).isEqualTo("/data/u.data");
            assertThat(data.get(1).candidates()).isEqualTo(directory.resolve("c.tsv"));
        }

        @Test
        @DisplayName("splits of the data, each user's last interaction where none is named")
        void splits() throws IOException {
            ExperimentPlan plan = read(PLAN.replace("candidates: c.tsv", "split: time=0.8"));

            assertThat(cell(plan.cells(), "log sasrec full 1").options().split())
                    .isEqualTo(SplitRule.LAST);
            assertThat(cell(plan.cells(), "other sasrec full 1").options().split())
                    .isEqualTo(SplitRule.parse("time=0.8"));
        }

        @Test
        @DisplayName("what it would if keys with nothing after them were not there")
        void emptyKeys() throws IOException {
            ExperimentPlan plan =
                    read(PLAN.replace("about: no factors", "about:") + "title:\ndescription: ~\n");
            assertThat(plan.title()).isEqualTo("small");
            assertThat(plan.description()).isEmpty();
            assertThat(plan.variants().get(1).about()).isEmpty();
        }

        @Test
        @DisplayName("numbers and flags in the forms that YAML has")
        void forms() throws IOException {
            ExperimentPlan plan =
                    read(
                            PLAN.replace(
                                            "seeds: [1, 2]",
                                            "seeds: [+1, 1_000, 0x1F, 0b101,"
                                                    + " 9223372036854775807]")
                                    .replace("[0.5]", "[.5, 5e-1]")
                                    .replace("controls: false", "controls: No"));
            assertThat(plan.cells())
                    .extracting(cell -> cell.options().seed())
                    .startsWith(1L, 1000L, 31L, 5L, Long.MAX_VALUE);
            PlannedCell full = cell(plan.cells(), "log sasrec full 31");
            assertThat(full.options().sizes().generator().memoryDecays()).containsExactly(0.5, 0.5);
            assertThat(full.evaluation().controls()).isFalse();
        }

        @Test
        @DisplayName("texts as long as the file may be")
        void longTexts() throws IOException {
            String text = "long ".repeat(2_000).strip();
            assertThat(read(PLAN + "description: " + text + "\n").description()).isEqualTo(text);
        }

        @Test
        @DisplayName("a variant of each width, with the sizes that duet train gives the backbone")
        void widths() throws IOException {
            ExperimentPlan plan =
                    read(
                            """
                            name: wide
                            data: [{name: log, file: log.csv}]
                            seeds: [1]
                            backbones: [sasrec, din]
                            widths: [32, 16]
                            variants:
                              - {name: default, role: default}
                              - {name: ceiling, role: ceiling, widths: [64], backbones: [din]}
                            """);

            assertThat(plan.cells())
                    .extracting(PlannedCell::title)
                    .containsExactly(
                            "log sasrec default, width 32 1",
                            "log din default, width 32 1",
                            "log sasrec default, width 16 1",
                            "log din default, width 16 1",
                            "log din ceiling 1");
            assertThat(plan.cells())
                    .allSatisfy(
                            cell ->
                                    assertThat(cell.options().sizes().device())
                                            .isEqualTo(
                                                    ModelSizes.defaults(
                                                                    Backbone.of(cell.backbone()),
                                                                    width(cell))
                                                            .device()));
        }

        @Test
        @DisplayName("roles, one or several; validation items are ranked where several may compete")
        void roles() throws IOException {
            List<Variant> variants =
                    read(PLAN.replace("- name: default", "- name: default\n    role: default")
                                    .replace(
                                            "about: no factors",
                                            "role: [device-memory, both]\n    ofWidth: 32"))
                            .variants();

            assertThat(variants)
                    .extracting(Variant::roles)
                    .containsExactly(
                            List.of(Role.DEFAULT),
                            List.of(Role.DEVICE_MEMORY, Role.BOTH),
                            List.of());
            assertThat(variants.get(1).ofWidth()).isEqualTo(32);
            assertThat(variants)
                    .extracting(
                            variant -> variant.settings().get("sasrec").evaluation().validation())
                    .containsExactly(false, true, false);
        }

        @Test
        @DisplayName("seeds of a backbone, and those of a variant before them")
        void seeds() throws IOException {
            ExperimentPlan plan =
                    read(
                            PLAN.replace(
                                            "seeds: [1, 2]",
                                            "seeds: [1, 2]\nseedsByBackbone: {din: [3]}")
                                    .replace("generator: false", "seeds: [4]"));

            assertThat(plan.cells())
                    .extracting(PlannedCell::title)
                    .contains("log sasrec default 1", "log sasrec default 2", "log din default 3")
                    .contains("log sasrec none 4", "log din none 4")
                    .doesNotContain("log din default 1", "log sasrec none 1");
        }

        @Test
        @DisplayName("widths of a backbone, but those of a variant before them")
        void widthsByBackbone() throws IOException {
            ExperimentPlan plan =
                    read(
                            PLAN.replace(
                                            "backbones: [sasrec, din]",
                                            "backbones: [sasrec, din]\nwidths: [16, 8]\n"
                                                    + "widthsByBackbone: {din: [8]}")
                                    .replace("training: {width: 16, feed", "training: {feed")
                                    .replace(
                                            "generator: false",
                                            "widths: [4]\n"
                                                    + "  - {name: alone, backbones: [din]}"));

            assertThat(plan.cells())
                    .filteredOn(cell -> cell.data().name().equals("log"))
                    .filteredOn(cell -> cell.options().seed() == 1)
                    .extracting(PlannedCell::title)
                    .containsExactlyInAnyOrder(
                            "log sasrec default, width 16 1",
                            "log sasrec default, width 8 1",
                            "log din default, width 8 1",
                            "log din alone, width 8 1",
                            "log sasrec full, width 16 1",
                            "log sasrec full, width 8 1",
                            "log sasrec none 1",
                            "log din none 1");
        }

        @Test
        @DisplayName("a log that it makes, written once into the folder where it is looked for")
        void made() throws IOException {
            ExperimentPlan plan =
                    read(
                            PLAN.replace(
                                    "{name: log, file: data/log.csv, format: csv}",
                                    "{name: log, synthesize: {users: 20, interactions: 12, seed:"
                                            + " 3}}"));
            Path folder = directory.resolve("made");

            ExperimentPlan placed = plan.in(folder);
            placed.writeMadeLogs(folder);

            Path log = Path.of(placed.data().get(0).log().files());
            assertThat(log).hasParent(folder).isRegularFile();
            assertThat(Files.readAllLines(log))
                    .startsWith("user,item,timestamp")
                    .hasSizeBetween(120, 400);
            assertThat(placed.data().get(1)).isEqualTo(plan.data().get(1));
            FileTime old = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
            Files.setLastModifiedTime(log, old);
            placed.writeMadeLogs(folder);
            assertThat(Files.getLastModifiedTime(log)).isEqualTo(old);
            try (Stream<Path> files = Files.list(folder)) {
                assertThat(files).containsExactly(log);
            }
        }

        @Test
        @DisplayName("no data set that is missing and that it can do without")
        void optional() throws IOException {
            Files.createDirectories(directory.resolve("data"));
            Files.writeString(directory.resolve("data/log.csv"), "user,item\n");
            ExperimentPlan plan =
                    read(PLAN.replace("candidates: c.tsv", "candidates: c.tsv, optional: true"));

            assertThat(plan.present().data()).extracting(DataSource::name).containsExactly("log");
            assertThat(plan.leftOut().get("other")).contains("c.tsv does not exist");
            assertThatThrownBy(() -> read(PLAN).present())
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("does not exist");
            Files.delete(directory.resolve("data/log.csv"));
            ExperimentPlan none =
                    read(
                            PLAN.replace("format: csv", "format: csv, optional: true")
                                    .replace("candidates: c.tsv", "optional: true"));
            assertThatThrownBy(none::present)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("none of the data sets of the plan 'small' is there");
        }

        @Test
        @DisplayName("options over others than those of duet train, where it is told so")
        void standard() throws IOException {
            Path file = directory.resolve("plan.yaml");
            Files.writeString(file, PLAN);

            PlannedCell cell =
                    cell(
                            PlanReader.read(file, TrainingOptions.defaults().withEpochs(2)).cells(),
                            "log sasrec default 1");

            assertThat(cell.options().network().epochs()).isEqualTo(3);
            assertThat(cell.options().generator().epochs()).isEqualTo(2);
        }

        private PlannedCell cell(List<PlannedCell> cells, String title) {
            return cells.stream()
                    .filter(cell -> cell.title().equals(title))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"results.yaml", "variants.yaml", "recipe.yaml"})
    @DisplayName("that ships can be read, and can do without licensed data")
    void shipped(String name) {
        ExperimentPlan plan = shippedPlan(name);
        assertThat(plan.data())
                .filteredOn(data -> data.made() == null)
                .allSatisfy(
                        data -> {
                            assertThat(data.log().files()).contains("shared").contains(data.name());
                            assertThat(data.optional()).isTrue();
                        });
        for (DataSource data : plan.data()) {
            assertThat(plan.cells())
                    .filteredOn(cell -> cell.data().equals(data))
                    .filteredOn(cell -> cell.backbone().equals("sasrec"))
                    .filteredOn(cell -> cell.variant().name().startsWith("default"))
                    .extracting(cell -> cell.options().seed())
                    .contains(1L, 2L, 3L);
        }
    }

    @Test
    @DisplayName("behind the page of results has each role once for every data, backbone and width")
    void shippedRoles() {
        ExperimentPlan plan = shippedPlan("results.yaml");

        assertThat(plan.data())
                .extracting(DataSource::name)
                .containsExactly("ml-100k", "ml-1m-tail", "beauty", "yelp", "made");
        for (String backbone : List.of("sasrec", "gru4rec", "din")) {
            for (int width : backbone.equals("sasrec") ? List.of(16, 32) : List.of(32)) {
                for (Role role :
                        List.of(Role.DEFAULT, Role.DEVICE_MEMORY, Role.BOTH, Role.BIGGER_DEVICE)) {
                    boolean seeds = backbone.equals("sasrec") && role != Role.BIGGER_DEVICE;
                    assertThat(plan.cells())
                            .filteredOn(cell -> cell.data().name().equals("made"))
                            .filteredOn(cell -> cell.backbone().equals(backbone))
                            .filteredOn(cell -> cell.variant().roles().contains(role))
                            .filteredOn(cell -> width(cell) == width)
                            .as("%s %s %d", role, backbone, width)
                            .hasSize(seeds ? 3 : 1);
                }
            }
            assertThat(plan.cells())
                    .filteredOn(cell -> cell.backbone().equals(backbone))
                    .anyMatch(cell -> cell.variant().roles().contains(Role.CEILING));
        }
    }

    private static int width(PlannedCell cell) {
        Integer of = cell.variant().ofWidth();
        return of == null ? cell.options().sizes().device().width() : of;
    }

    @Test
    @DisplayName("that ships measures what duet train does, its default being that of duet train")
    void shippedDefault() {
        TrainingOptions planned =
                shippedPlan("results.yaml").cells().stream()
                        .filter(cell -> cell.title().equals("made din default, width 32 1"))
                        .findFirst()
                        .orElseThrow()
                        .options();

        assertThat(planned)
                .isEqualTo(
                        TrainingOptions.defaults()
                                .withSizes(ModelSizes.defaults(Backbone.DIN, 32))
                                .withBackbone(Backbone.DIN)
                                .withSeed(1));
    }

    private static ExperimentPlan shippedPlan(String name) {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(root.resolve("plans"))) {
            root = root.getParent();
        }
        return PlanReader.read(root.resolve("plans").resolve(name));
    }

    @Nested
    @DisplayName("is refused, with the line,")
    class Refused {

        @ParameterizedTest(name = "{0} -> {1}: {2}")
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "name: small          | nmae: small         | 1  | unknown key 'nmae', known"
                            + " are backbones, data,",
                    "format: csv          | fromat: csv         | 3  | unknown key"
                            + " 'data[0].fromat', known are candidates, charset,",
                    "evaluation: {ages: [0, 50], | evaluation: {aegs: [0, 50], | 14 | unknown key"
                            + " 'variants[0].evaluation.aegs', known are ages,",
                    "training: {rank: 0,  | training: {rnak: 0, | 18 | unknown key"
                            + " 'variants[1].training.rnak', known are blocks,",
                    "format: csv          | split: time=soon    | 3  | the split 'time=soon' is not"
                            + " known: it is last,",
                    "{epochs: 3}          | {epcohs: 3}         | 7  | unknown key"
                            + " 'training.network.epcohs', known are averaging,",
                    "generator: false     | generator: {epochs: 1} | 20 | 'variants[2].generator'"
                            + " must be true or false, it is a block of keys",
                    "seeds: [1, 2]        | seeds: [1, two]     | 5  | 'seeds[1]' must be a whole"
                            + " number of at most 64 bits, it is 'two'",
                    "seeds: [1, 2]        | seeds: [1, 2.5]     | 5  | 'seeds[1]' must be a whole"
                            + " number of at most 64 bits, it is '2.5'",
                    "seeds: [1, 2]        | seeds: [1, ~]       | 5  | 'seeds[1]' must be a whole"
                            + " number of at most 64 bits, it is empty",
                    "seeds: [1, 2]        | seeds: 1            | 5  | 'seeds' must be a list, it"
                            + " is '1'",
                    "width: 16,           | width: wide,        | 7  | 'training.width' must be a"
                            + " whole number of at most 64 bits, it is 'wide'",
                    "width: 16,           | width: 16.5,        | 7  | 'training.width' must be a"
                            + " whole number of at most 64 bits, it is '16.5'",
                    "width: 16,           | width: ,            | 7  | 'training.width' must be a"
                            + " whole number of at most 64 bits, it is empty",
                    "memoryDecays: [0.5]  | memoryDecays: 0.5   | 18 |"
                            + " 'variants[1].training.memoryDecays' must be a list of numbers, it"
                            + " is '0.5'",
                    "{epochs: 3}          | 3                   | 7  | 'training.network' must be a"
                            + " block of keys, it is '3'",
                    "[sasrec, din]        | [sasrec, gpt]       | 6  | unknown backbone \"gpt\"",
                    "format: csv          | format: cvs         | 3  | unknown format \"cvs\"",
                    "int4]                | int5]               | 14 | unknown encoding \"int5\","
                            + " known are float32, int8, int4",
                    "training: {rank: 0,  | training: {rank: 99, | 18 | variant 'full': rank is 99,"
                            + " it must be 0 to 16",
                    "about: no factors    | name: full          | 16 | 'variants[1].name' stands"
                            + " there twice",
                    "name: small          | title: small        | 1  | the key 'name' is missing",
                    "name: small          | name: ../small      | 1  | the name '../small' must be"
                            + " letters",
                    "seeds: [1, 2]        | seeds: []           | 5  | the key 'seeds' needs at"
                            + " least one entry",
                    "seeds: [1, 2]        | seeds: [1, 1]       | 5  | there are two entries for"
                            + " the seed '1'",
                    "[sasrec, din]        | [sasrec, sasrec]    | 6  | there are two entries for"
                            + " the backbone 'sasrec'",
                    "name: other          | name: LOG           | 4  | there are two entries for"
                            + " the data set 'log'",
                    "name: full           | name: Default       | 15 | there are two entries for"
                            + " the variant 'default'",
                    "din: {feedForward: 8} | gru4rec: {width: 8} | 9 | unknown key"
                            + " 'trainingByBackbone.gru4rec', known are din, sasrec",
                    "backbones: [sasrec]  | backbones: [gru4rec] | 15 | the variant 'full' is for"
                            + " none of the plan's backbones",
                    "ages: [0, 50]        | ages: [-1]          | 13 | variant 'default': 'ages'"
                            + " holds -1, the least is 0",
                    "file: data/log.csv,  | ``                  | 3  | the key 'data[0].file' is"
                            + " missing",
                })
        void withTheLine(String original, String wrong, int line, String message) {
            String text = PLAN.replaceFirst(Pattern.quote(original.strip()), wrong);
            assertThat(text).isNotEqualTo(PLAN);
            assertThatThrownBy(() -> read(text))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageStartingWith(directory.resolve("plan.yaml") + " line " + line + ": ")
                    .hasMessageContaining(message);
        }

        @Test
        @DisplayName("where a backbone has a width that the plan has not")
        void foreignWidth() {
            String text =
                    PLAN.replace("seeds: [1, 2]", "seeds: [1]\nwidths: [16, 8]")
                            .replace(
                                    "backbones: [sasrec, din]",
                                    "backbones: [sasrec, din]\nwidthsByBackbone: {din: [4]}");

            assertThatThrownBy(() -> read(text))
                    .hasMessageContaining("plan.yaml line 8: ")
                    .hasMessageContaining("4' is none of the plan's widths, [16, 8]");
        }

        @Test
        @DisplayName("where the key of a block is unknown: of the key, not of what is in it")
        void blockKey() {
            assertThatThrownBy(() -> read("name: x\ntrainig:\n  width: 8\n"))
                    .hasMessageContaining("plan.yaml line 2: unknown key 'trainig'");
        }

        @Test
        @DisplayName("where a line break in a value would break the message")
        void oneLine() {
            assertThatThrownBy(() -> read(PLAN.replace("[sasrec, din]", "[\"gpt\\nx\"]")))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("plan.yaml line 6: unknown backbone \"gpt x\"")
                    .message()
                    .doesNotContain("\n");
        }

        @Test
        @DisplayName("where it is no YAML")
        void syntax() {
            assertThatThrownBy(() -> read("name: x\nseeds: [1, 2\nbackbones: [sasrec]\n"))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("plan.yaml line ");
        }
    }

    @Nested
    @DisplayName("is refused")
    class RefusedAsAWhole {

        @Test
        @DisplayName("if it is missing, empty, a folder or no text")
        void noPlan() throws IOException {
            assertThatThrownBy(() -> PlanReader.read(directory.resolve("none.yaml")))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageEndingWith("none.yaml does not exist");
            assertThatThrownBy(() -> read(""))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("plan.yaml");
            assertThatThrownBy(() -> PlanReader.read(directory))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("cannot be read");
            Path binary = directory.resolve("binary.yaml");
            Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
            assertThatThrownBy(() -> PlanReader.read(binary))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("is not text in UTF-8");
        }

        @Test
        @DisplayName("if it is large, deep, or grows by aliases")
        void hostile() throws IOException {
            Path large = directory.resolve("large.yaml");
            try (RandomAccessFile out = new RandomAccessFile(large.toFile(), "rw")) {
                out.setLength(100_000_000);
            }
            assertThatThrownBy(() -> PlanReader.read(large))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(large + " is larger than 1,048,576 bytes, that is no plan");
            assertThatThrownBy(() -> read("seeds: " + "[".repeat(100_000)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("Nesting Depth exceeded max 20");
            assertThatThrownBy(() -> read("a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n"))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("aliases");
            assertThatThrownBy(() -> read(PLAN + "---\n" + PLAN))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("but found another document");
        }
    }
}
