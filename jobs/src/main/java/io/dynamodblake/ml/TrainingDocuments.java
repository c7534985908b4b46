package io.dynamodblake.ml;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.document.Envelope;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.export.Digests;
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.HistoryPart;
import io.dynamodblake.lake.LedgerEntry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The documents of a training set: what its columns are, what is in them, and what it was made of.
 * They hold nothing of the run that made it, so that the same set has the same documents.
 */
final class TrainingDocuments {
  private static final Envelope SCHEMA = new Envelope("training-schema", 1);
  private static final Envelope STATISTICS = new Envelope("training-statistics", 1);
  private static final Envelope VOCABULARY = new Envelope("training-vocabulary", 1);
  private static final double[] QUANTILES = {0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99};
  private static final int TOP = 10;

  private final Findings findings;
  private final Frame frame;

  TrainingDocuments(Findings findings, Frame frame) {
    this.findings = findings;
    this.frame = frame;
  }

  /** Returns all but the manifest, by the paths that they get. */
  Map<String, String> all() {
    Map<String, String> documents = new LinkedHashMap<>();
    documents.put(TrainingFolder.SCHEMA, schema());
    documents.put(TrainingFolder.STATISTICS, statistics());
    for (Result result : findings.kept()) {
      if (result.feature().kind() == Feature.Kind.CATEGORY) {
        documents.put(
            TrainingFolder.VOCABULARIES + "/" + result.feature().name() + ".json",
            vocabulary(result));
      }
    }
    if (findings.options().output().format() == TrainingOptions.Format.SAGEMAKER_CSV) {
      documents.put("train/categorical_index.json", categoricalIndex());
    }
    return documents;
  }

  // ---- columns

  private String schema() {
    ObjectNode tree = SCHEMA.begin();
    tree.put("encoded", findings.options().output().encoded());
    ArrayNode columns = tree.putArray("columns");
    ObjectNode label = columns.addObject();
    label.put("name", findings.labelName());
    label.put("role", "label");
    label.put("kind", findings.label().isNumber() ? "number" : "class");
    label.put("type", labelType());
    if (!findings.label().isNumber()) {
      findings.label().names().forEach(label.putArray("classes")::add);
    }
    if (findings.options().output().format() == TrainingOptions.Format.PARQUET) {
      frame
          .carried()
          .forEach(
              field ->
                  columns
                      .addObject()
                      .put("name", field.name())
                      .put("role", "carried")
                      .put("type", field.dataType().simpleString()));
    }
    for (Result result : findings.kept()) {
      feature(columns.addObject(), result);
    }
    ArrayNode unused = tree.putArray("unused");
    for (FeaturePlan.Unused place : findings.unused()) {
      unused
          .addObject()
          .put("name", place.name())
          .put("from", place.from())
          .put("reason", place.reason());
    }
    return JsonDocuments.print(tree);
  }

  private String labelType() {
    return findings.options().output().encoded() && !findings.label().isNumber()
        ? "int"
        : findings.label().type().simpleString();
  }

  private void feature(ObjectNode column, Result result) {
    Feature feature = result.feature();
    boolean encoded = findings.options().output().encoded();
    column.put("name", feature.name());
    column.put("role", "feature");
    column.put("kind", feature.kind().word());
    column.put(
        "type",
        !encoded
            ? feature.kind().type().simpleString()
            : feature.kind().isNumber() ? "double" : "int");
    column.put("from", feature.from());
    column.put("lakeType", feature.lakeType());
    if (feature.kind() == Feature.Kind.CATEGORY) {
      column.put("vocabulary", TrainingFolder.VOCABULARIES + "/" + feature.name() + ".json");
      column.put("missing", 0);
    } else {
      column.put("missing", result.fill());
    }
  }

  private String vocabulary(Result result) {
    ObjectNode tree = VOCABULARY.begin();
    tree.put("feature", result.feature().name());
    tree.put("unknownOrMissing", 0);
    ArrayNode values = tree.putArray("valuesFromOne");
    result.texts().forEach(counted -> values.add(counted.text()));
    return JsonDocuments.print(tree);
  }

  private String categoricalIndex() {
    ObjectNode tree = JsonDocuments.object();
    ArrayNode places = tree.putArray("cat_index_list");
    List<Result> kept = findings.kept();
    for (int i = 0; i < kept.size(); i++) {
      if (!kept.get(i).feature().kind().isNumber()) {
        places.add(i + 1);
      }
    }
    return JsonDocuments.print(tree);
  }

  // ---- statistics

  private String statistics() {
    ObjectNode tree = STATISTICS.begin();
    ObjectNode splits = tree.putObject("splits");
    forEachSplit(
        split -> {
          ObjectNode node = splits.putObject(SplitRule.NAMES.get(split));
          node.put("rows", findings.rows().splits()[split]);
          node.put("groups", findings.groups().get(split).number());
          node.put("largestGroup", findings.groups().get(split).largest());
          label(node, split);
        });
    ArrayNode features = tree.putArray("features");
    for (Result result : findings.kept()) {
      statistics(features.addObject(), result);
    }
    return JsonDocuments.print(tree);
  }

  private void label(ObjectNode node, int split) {
    if (findings.label().isNumber()) {
      numbers(node.putObject("label"), findings.label().spread(), split);
      return;
    }
    ObjectNode classes = node.putObject("classes");
    List<Long> counts = findings.label().counts(split);
    for (int i = 0; i < counts.size(); i++) {
      classes.put(findings.label().names().get(i), counts.get(i));
    }
  }

  private void statistics(ObjectNode node, Result result) {
    node.put("name", result.feature().name());
    ObjectNode alone = node.putObject("alone");
    alone.put("savedMistakes", rounded(result.saved()));
    result.area().ifPresent(area -> alone.put("area", rounded(area)));
    result.correlation().ifPresent(value -> alone.put("correlation", rounded(value)));
    alone.put("suspicious", result.isSuspicious());
    ColumnCounts counts = findings.counts();
    if (result.feature().kind().isExact()) {
      node.put("greatestRelativeError", counts.spread(result.place()).greatestError());
    }
    forEachSplit(
        split -> {
          ObjectNode part = node.putObject(SplitRule.NAMES.get(split));
          part.put("missing", counts.missing(result.place()).in(split));
          if (result.feature().kind().isNumber()) {
            numbers(part, counts.spread(result.place()), split);
          } else {
            texts(part, result, split);
          }
          Double drift = result.drift().get(split);
          if (drift != null) {
            part.put(
                result.feature().kind().isNumber() ? "jensenShannon" : "largestDifference",
                rounded(drift));
          }
        });
  }

  private static void numbers(ObjectNode node, Spread spread, int split) {
    node.put("present", spread.present(split));
    if (spread.present(split) == 0) {
      return;
    }
    if (spread.isExact()) {
      node.put("distinct", spread.distinct(split));
    }
    node.put("zeros", spread.zeros(split));
    node.put("min", spread.min(split));
    node.put("max", spread.max(split));
    node.put("mean", spread.mean(split));
    node.put("deviation", spread.deviation(split));
    ObjectNode quantiles = node.putObject("quantiles");
    for (double share : QUANTILES) {
      quantiles.put(Double.toString(share), spread.quantile(split, share));
    }
    node.put("exactQuantiles", spread.isExact());
  }

  private void texts(ObjectNode node, Result result, int split) {
    Vocabulary texts = findings.counts().texts(result.place());
    node.put("present", texts.present(split));
    if (split == SplitRule.TRAIN) {
      node.put("distinct", texts.distinct());
    }
    if (result.feature().kind() == Feature.Kind.CATEGORY) {
      node.put("tooLong", texts.tooLong(split));
    }
    long known = result.texts().stream().mapToLong(counted -> counted.in(split)).sum();
    node.put("unknown", texts.present(split) - known);
    ObjectNode top = node.putObject("top");
    result.texts().stream()
        .limit(TOP)
        .forEach(counted -> top.put(counted.text(), counted.in(split)));
  }

  /** Six digits, which the last bits of a logarithm cannot reach. */
  private static double rounded(double value) {
    return Math.round(value * 1e6) / 1e6;
  }

  // ---- what it was made of

  /** Returns the manifest. */
  ObjectNode manifest(List<Written> files, Map<String, String> documents) {
    ObjectNode tree = TrainingFolder.ENVELOPE.begin();
    source(tree.putObject("source"));
    rows(tree.putObject("rows"));
    split(tree.putObject("split"));
    ObjectNode written = tree.putObject("output");
    TrainingOptions.Output output = findings.options().output();
    written.put("format", output.format().key());
    written.put("encoded", output.encoded());
    written.put("label", findings.labelName());
    written.put("features", findings.kept().size());
    written.put("unused", findings.unused().size());
    written.put("greatestRelativeError", findings.greatestError());
    findings.warnings().forEach(tree.putArray("warnings")::add);
    ArrayNode list = tree.putArray("files");
    for (Written file : files) {
      list.addObject()
          .put("path", file.path())
          .put("rows", file.rows())
          .put("bytes", file.bytes())
          .put("md5", file.md5());
    }
    new TreeMap<>(documents)
        .forEach((path, text) -> list.addObject().put("path", path).put("md5", md5(text)));
    return tree;
  }

  private void source(ObjectNode node) {
    TrainingOptions.Source wanted = findings.options().source();
    CurrentPointer current = findings.source().lake().current();
    node.put("lake", findings.source().lake().layout().root());
    node.put("table", current.table());
    JsonDocuments.put(node, "tableArn", current.facts().arn());
    node.put("from", wanted.history() ? "history" : "snapshot");
    JsonDocuments.putInstant(node, "shows", findings.source().moment());
    if (!wanted.history()) {
      node.put("snapshotId", findings.source().lake().id());
    }
    JsonDocuments.put(node, "timeColumn", wanted.timeColumn());
    if (wanted.history()) {
      node.put("known", wanted.knownByLake() ? "lake" : "table");
    }
    wanted.maxAge().map(Duration::toString).ifPresent(text -> node.put("maxAge", text));
    JsonDocuments.put(node, "where", wanted.where());
    labels(node.putObject("labels"));
    ArrayNode exports = node.putArray("exports");
    if (wanted.history()) {
      List<String> seen = new ArrayList<>();
      for (HistoryPart part : current.ledger().history()) {
        seen.add(part.exportId());
        exports
            .addObject()
            .put("exportId", part.exportId())
            .put("fingerprint", part.exportFingerprint())
            .put("rows", part.rows());
      }
      windows(exports, current, seen);
    } else if (findings.source().lake().id().equals(current.snapshot().id())) {
      for (LedgerEntry entry : current.ledger().entries()) {
        ObjectNode export = exports.addObject();
        export.put("exportId", entry.exportId());
        export.put("kind", entry.kind().key());
        JsonDocuments.putInstant(export, "from", entry.from());
        JsonDocuments.putInstant(export, "to", entry.to());
        export.put("fingerprint", entry.fingerprint());
      }
    }
  }

  /** Adds to the parts of the history which windows they are, as far as the ledger knows. */
  private static void windows(ArrayNode exports, CurrentPointer current, List<String> ids) {
    for (LedgerEntry entry : current.ledger().entries()) {
      int place = ids.lastIndexOf(entry.exportId());
      if (place >= 0) {
        ObjectNode export = (ObjectNode) exports.get(place);
        export.put("kind", entry.kind().key());
        JsonDocuments.putInstant(export, "from", entry.from());
        JsonDocuments.putInstant(export, "to", entry.to());
      }
    }
  }

  private void labels(ObjectNode node) {
    TrainingOptions.Labels labels = findings.options().labels();
    node.put("column", labels.column());
    JsonDocuments.put(node, "place", labels.place());
    if (labels.place().isPresent()) {
      node.put("time", labels.time());
    }
    if (!labels.asOf().isEmpty()) {
      ArrayNode moments = node.putArray("asOf");
      labels.asOf().stream().map(Instant::toString).forEach(moments::add);
      node.put("horizon", labels.horizon().orElseThrow().toString());
    }
    node.put("rule", rule());
  }

  private String rule() {
    TrainingOptions options = findings.options();
    if (!options.source().history()) {
      return options.labels().place().isPresent()
          ? "the snapshot, which is not later than any label"
          : "label and features of one moment";
    }
    if (options.labels().place().isPresent()) {
      return "features held and known <= time of the label";
    }
    return options.labels().asOf().isEmpty()
        ? "features held and known < time of the label, which is in the same item"
        : "features held and known <= asOf, label of asOf + horizon";
  }

  private void rows(ObjectNode node) {
    RowCounts rows = findings.rows();
    node.put("labelled", rows.labelled());
    node.put("written", rows.written());
    node.put("withoutFeaturesYet", rows.state(PointInTime.State.NOT_YET));
    node.put("withoutItem", rows.state(PointInTime.State.GONE));
    node.put("olderThanMaxAge", rows.tooOld());
    ObjectNode left = node.putObject("leftOut");
    left.put("inGap", rows.gap());
    left.put("straddling", rows.straddling());
    ObjectNode none = node.putObject("noRows");
    none.put("withoutLabel", rows.unlabelled());
    none.put("labelWithFirstImage", rows.state(PointInTime.State.BEGINNING));
    none.put("labelOfUnknownTime", rows.state(PointInTime.State.UNDATED));
    none.put("goneBeforeLabel", rows.state(PointInTime.State.LABEL_GONE));
    node.put("ties", rows.state(PointInTime.State.TIE));
    node.put("sameFeaturesInTrainAndValidation", findings.twins().validation());
    node.put("sameFeaturesInTrainAndTest", findings.twins().test());
  }

  private void split(ObjectNode node) {
    SplitRule rule = findings.options().split();
    node.put("rule", rule.words());
    if (rule instanceof SplitRule.OfGroup group) {
      node.put("salt", group.salt());
    }
    List<String> columns = findings.options().columns().group();
    ArrayNode group = node.putArray("group");
    (columns.isEmpty() ? List.of(findings.source().partitionKey()) : columns).forEach(group::add);
    forEachSplit(
        split -> {
          ObjectNode part = node.putObject(SplitRule.NAMES.get(split));
          part.put("rows", findings.rows().splits()[split]);
          part.put("groups", findings.groups().get(split).number());
          part.put("largestGroup", findings.groups().get(split).largest());
        });
  }

  private void forEachSplit(java.util.function.IntConsumer action) {
    for (int split = 0; split < SplitRule.NAMES.size(); split++) {
      if (findings.options().split().has(split)) {
        action.accept(split);
      }
    }
  }

  private static String md5(String text) {
    return HexFormat.of().formatHex(Digests.md5().digest(text.getBytes(StandardCharsets.UTF_8)));
  }
}
