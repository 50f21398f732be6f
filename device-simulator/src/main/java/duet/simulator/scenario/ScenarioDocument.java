package duet.simulator.scenario;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import duet.simulator.network.Link;
import duet.simulator.network.OfflinePeriods;
import duet.simulator.workload.Arrivals.Process;
import java.math.BigDecimal;

/** Writes a scenario as a file would give it, with what it leaves out filled in. */
final class ScenarioDocument {
    private ScenarioDocument() {}

    static ObjectNode of(Scenario scenario) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("name", scenario.name());
        document.put("description", scenario.description());
        document.put("seed", scenario.seed());
        devices(document.putObject("devices"), scenario.fleet().devices());
        if (scenario.fleet().catalogue() != null) {
            document.putObject("catalogue")
                    .put("items", scenario.fleet().catalogue().items())
                    .put("categories", scenario.fleet().catalogue().categories())
                    .put("clusters", scenario.fleet().catalogue().clusters())
                    .put("seed", scenario.fleet().catalogue().seed());
        }
        document.putObject("windows")
                .put("maxFresh", scenario.fleet().windows().maxFresh())
                .put("overlapShare", number(scenario.fleet().windows().overlapShare()))
                .put("maxOverlap", scenario.fleet().windows().maxOverlap());
        arrivals(document.putObject("arrivals"), scenario.load().arrivals());
        document.put("warmUp", Durations.text(scenario.load().warmUp()));
        ArrayNode stages = document.putArray("stages");
        boolean closed = scenario.load().arrivals().closed() != null;
        scenario.load().stages().forEach(stage -> stage(stages.addObject(), stage, closed));
        drift(document.putObject("drift"), scenario.conditions().drift());
        ObjectNode network = document.putObject("network");
        link(network.putObject("up"), scenario.conditions().network().up());
        link(network.putObject("down"), scenario.conditions().network().down());
        OfflinePeriods offline = scenario.conditions().network().offline();
        network.putObject("offline")
                .put("share", number(offline.share()))
                .put("every", Durations.text(offline.every()))
                .put("duration", Durations.text(offline.duration()))
                .put("catchUp", offline.catchUp());
        misbehaviour(document.putObject("misbehaviour"), scenario.conditions().misbehaviour());
        ArrayNode versions = document.putArray("versions");
        scenario.fleet()
                .versions()
                .forEach(
                        version ->
                                versions.addObject()
                                        .put("bundle", version.bundle().toString())
                                        .put("share", number(version.share())));
        document.putObject("ranking").put("share", number(scenario.rankingShare()));
        ArrayNode thresholds = document.putArray("thresholds");
        scenario.thresholds().forEach(threshold -> thresholds.add(threshold.toString()));
        return document;
    }

    private static void devices(ObjectNode node, DevicePopulation devices) {
        node.put("count", devices.count())
                .put("active", devices.active())
                .put("skew", number(devices.skew()));
        if (devices.hotDevices() > 0) {
            node.putObject("hot")
                    .put("count", devices.hotDevices())
                    .put("share", number(devices.hotShare()));
        }
    }

    private static void arrivals(ObjectNode node, ArrivalModel arrivals) {
        node.put("process", arrivals.process().toString());
        if (arrivals.process() == Process.DIURNAL) {
            node.put("period", Durations.text(arrivals.period()))
                    .put("amplitude", number(arrivals.amplitude()));
        } else if (arrivals.process() == Process.CLOSED) {
            node.put("inFlight", arrivals.closed().inFlight())
                    .put("thinkTime", Durations.text(arrivals.closed().thinkTime()));
        }
    }

    private static void stage(ObjectNode node, LoadStage stage, boolean closed) {
        node.put("kind", stage.kind().key()).put("duration", Durations.text(stage.duration()));
        if (stage.kind().slopes()) {
            node.put("from", number(stage.from())).put("to", number(stage.to()));
        } else if (!closed) {
            node.put("rate", number(stage.from()));
        }
        if (stage.kind() == LoadStage.Kind.RECONNECT_STORM) {
            node.put("offlineShare", number(stage.offlineShare()))
                    .put("offline", Durations.text(stage.offline()));
        }
    }

    private static void drift(ObjectNode node, DriftPlan drift) {
        node.put("kind", drift.kind().toString());
        if (drift.kind() == DriftPlan.Kind.NONE || drift.kind() == DriftPlan.Kind.LIFE) {
            return;
        }
        node.put("share", number(drift.share())).put("at", Durations.text(drift.at()));
        if (drift.kind() == DriftPlan.Kind.GRADUAL) {
            node.put("over", drift.over());
        } else if (drift.kind() == DriftPlan.Kind.SEASONAL) {
            node.put("period", Durations.text(drift.period()));
        }
    }

    private static void link(ObjectNode node, Link link) {
        node.put("median", Durations.text(link.median()))
                .put("p99", Durations.text(link.p99()))
                .put("loss", number(link.loss()));
    }

    private static void misbehaviour(ObjectNode node, Misbehaviour misbehaviour) {
        node.put("repeats", number(misbehaviour.repeats()))
                .put("reordering", number(misbehaviour.reordering()))
                .put("gaps", number(misbehaviour.gaps()));
        if (misbehaviour.skewedDevices() > 0) {
            node.putObject("clockSkew")
                    .put("share", number(misbehaviour.skewedDevices()))
                    .put("by", Durations.text(misbehaviour.clockSkew()));
        }
        node.put("garbage", number(misbehaviour.garbage()));
    }

    /** Returns 1,000 rather than 1.0E3, and 5 rather than 5.0. */
    private static BigDecimal number(double value) {
        BigDecimal number = BigDecimal.valueOf(value).stripTrailingZeros();
        return number.scale() < 0 ? number.setScale(0) : number;
    }
}
