package io.dynamodblake.ml;

import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.conf.TrainingKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.spark.run.JavaBytes;
import io.dynamodblake.type.Instants;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.storage.StorageLevel;

/** One training set from its options to its manifest. Driver only. */
final class TrainingRun {
  private final SparkSession session;
  private final TrainingOptions options;
  private final TrainingFolder folder;
  private final ReadProgress progress;

  /**
   * Prepares one.
   *
   * @param session one that was made to write to the folder
   */
  TrainingRun(
      SparkSession session, TrainingOptions options, TrainingFolder folder, ReadProgress progress) {
    this.session = session;
    this.options = options;
    this.folder = folder;
    this.progress = progress;
  }

  TrainingReport run() throws IOException {
    TrainingSource source = TrainingSource.open(session, options);
    boolean agesKnown =
        source.history() || options.labels().place().isPresent() || source.moment().isPresent();
    folder.checkOutside(source.lake().layout().root());
    FeaturePlan plan = FeaturePlan.of(source.schema(), options, agesKnown);
    if (plan.features().isEmpty()) {
      throw new UsageException(
          "Cannot make a training set: the table has nothing that can be a feature beside the label; all that it has is listed by inspect");
    }
    RowMaking making = new RowMaking(session, options, source, plan);
    progress.phase("Bringing label and features together", -1);
    RowMaking.Made made = making.make();
    boolean ownMoment = !source.history() && options.labels().place().isEmpty();
    Frame frame =
        Frame.of(
            made.rows(),
            labelName(source),
            options,
            plan,
            ownMoment ? source.moment().map(Instants::toMicros) : Optional.empty());
    // read several times, and brought together once
    Dataset<Row> kept = frame.rows().persist(StorageLevel.DISK_ONLY());
    try {
      return finish(source, plan, frame.with(kept), made);
    } finally {
      kept.unpersist();
    }
  }

  private String labelName(TrainingSource source) {
    String column = options.labels().column();
    return options.labels().place().isPresent()
        ? column
        : LakePlace.find(source.schema(), column, TrainingOptions.WORDS.of(TrainingKeys.LABEL))
            .path()
            .replace(".", "__");
  }

  private TrainingReport finish(
      TrainingSource source, FeaturePlan plan, Frame frame, RowMaking.Made made)
      throws IOException {
    RowCounts rows = RowCounts.of(frame, made.unlabelled());
    check(rows, made);
    progress.read(rows.labelled(), 0);
    progress.phase("Counting", rows.written());
    LabelClasses label = label(frame);
    ColumnCounts counts = counts(plan, frame, label);
    List<Result> results = results(plan, frame, label, counts);
    List<Result> used = results.stream().filter(result -> result.dropped().isEmpty()).toList();
    if (used.isEmpty()) {
      throw new DataRefusedException(
          "Cannot make a training set: no feature is left of %,d; %s; name some with %s, or other rows with %s"
              .formatted(
                  results.size(),
                  results.isEmpty()
                      ? "the table has none"
                      : "the first is no good because of " + results.get(0).dropped().orElse(""),
                  TrainingOptions.WORDS.of(TrainingKeys.FEATURES),
                  TrainingOptions.WORDS.of(TrainingKeys.WHERE)));
    }
    Findings findings =
        new Findings(
            options,
            source,
            plan,
            frame.labelName(),
            label,
            counts,
            results,
            rows,
            RowCounts.Groups.of(frame),
            RowCounts.Twins.of(frame, used));
    return write(findings, frame, used);
  }

  /** Every label is one row, and every split that is wanted has some. */
  private void check(RowCounts rows, RowMaking.Made made) {
    if (made.asked().isPresent() && made.asked().get() != rows.labelled()) {
      throw new IllegalStateException(
          "%,d labels became %,d rows".formatted(made.asked().get(), rows.labelled()));
    }
    if (rows.written() == 0) {
      throw new DataRefusedException(
          "Cannot make a training set: there is no row; %s; look at %s and %s"
              .formatted(
                  String.join(", ", leftOut(rows)),
                  TrainingOptions.WORDS.of(TrainingKeys.LABEL),
                  TrainingOptions.WORDS.of(TrainingKeys.WHERE)));
    }
    for (int split = 0; split < SplitRule.NAMES.size(); split++) {
      if (options.split().has(split) && rows.splits()[split] == 0) {
        throw new DataRefusedException(
            "Cannot make a training set: none of %,d rows is in %s; %s"
                .formatted(rows.labelled(), SplitRule.NAMES.get(split), moreRows()));
      }
    }
  }

  private String moreRows() {
    return options.split() instanceof SplitRule.OfTime
        ? "give other times with %s, or let groups straddle them with %s"
            .formatted(
                TrainingOptions.WORDS.of(TrainingKeys.SPLIT_TIMES),
                TrainingOptions.WORDS.of(TrainingKeys.STRADDLING, "allow"))
        : "there are too few groups for its share; give it more with %s, or smaller groups with %s"
            .formatted(
                TrainingOptions.WORDS.of(TrainingKeys.SPLIT),
                TrainingOptions.WORDS.of(TrainingKeys.GROUP));
  }

  private LabelClasses label(Frame frame) {
    DataType type = frame.labelType();
    JavaRDD<InternalRow> rows = internal(frame.inSplits().select(Frame.SPLIT, Frame.LABEL));
    byte[] all =
        rows.mapPartitions(
                part -> {
                  LabelClasses.Counts counts = new LabelClasses.Counts(type);
                  while (part.hasNext()) {
                    InternalRow row = part.next();
                    counts.add(row, 1, type, row.getInt(0));
                  }
                  return List.of(JavaBytes.of(counts)).iterator();
                })
            .treeReduce(
                (a, b) ->
                    JavaBytes.of(
                        JavaBytes.to(LabelClasses.Counts.class, a)
                            .add(JavaBytes.to(LabelClasses.Counts.class, b))));
    return LabelClasses.of(
        type, JavaBytes.to(LabelClasses.Counts.class, all), options.labels().kind());
  }

  private static JavaRDD<InternalRow> internal(Dataset<Row> rows) {
    return rows.queryExecution().toRdd().toJavaRDD();
  }

  private ColumnCounts counts(FeaturePlan plan, Frame frame, LabelClasses label) {
    List<Column> columns = new ArrayList<>(List.of(col(Frame.SPLIT), col(Frame.LABEL)));
    List<ColumnCounts.Read> read = new ArrayList<>();
    for (int i = 0; i < plan.features().size(); i++) {
      columns.add(col(Frame.featureName(i)));
      read.add(
          new ColumnCounts.Read(plan.features().get(i).kind(), frame.features().get(i).dataType()));
    }
    return ColumnCounts.of(
        internal(frame.inSplits().select(columns.toArray(Column[]::new))),
        read,
        label,
        options.columns().maxCategories());
  }

  private List<Result> results(
      FeaturePlan plan, Frame frame, LabelClasses label, ColumnCounts counts) {
    List<Optional<String>> dropped = new ArrayList<>();
    List<String> many = new ArrayList<>();
    for (int i = 0; i < plan.features().size(); i++) {
      Feature feature = plan.features().get(i);
      dropped.add(plan.chosen() ? Optional.empty() : Result.unusable(feature, i, counts));
      boolean counted = feature.kind().isNumber() || counts.texts(i).isExact();
      if (dropped.get(i).isEmpty() && !counted) {
        many.add(Frame.featureName(i));
      }
    }
    Map<String, ManyTexts.Found> found =
        many.isEmpty()
            ? Map.of()
            : ManyTexts.of(
                withClass(frame, label, many),
                many,
                Foretelling.majority(counts.rows()),
                options.columns().maxCategories());
    List<Result> results = new ArrayList<>();
    for (int i = 0; i < plan.features().size(); i++) {
      results.add(
          Result.of(
              plan.features().get(i),
              i,
              dropped.get(i),
              counts,
              label,
              options.split(),
              options.columns().maxCategories(),
              Optional.ofNullable(found.get(Frame.featureName(i)))));
    }
    return results;
  }

  private static Dataset<Row> withClass(Frame frame, LabelClasses label, List<String> features) {
    List<Column> columns = new ArrayList<>();
    columns.add(col(Frame.SPLIT).as("split"));
    columns.add(label.of(col(Frame.LABEL)).as("class"));
    features.forEach(name -> columns.add(col(name)));
    return frame.inSplits().select(columns.toArray(Column[]::new));
  }

  // ---- writing

  private TrainingReport write(Findings findings, Frame frame, List<Result> used)
      throws IOException {
    progress.read(findings.rows().written(), 0);
    progress.phase("Writing", findings.rows().written());
    folder.clear();
    boolean finished = false;
    try {
      RowFiles files = new RowFiles(session, options, folder, frame, used, findings.label());
      files.build(findings.rows().splits());
      List<Written> written = files.publish(findings.rows().written());
      progress.read(findings.rows().written(), 0);
      Map<String, String> documents = new LinkedHashMap<>();
      TrainingDocuments made = new TrainingDocuments(findings, frame);
      documents.putAll(made.all());
      documents.put(TrainingFolder.PAGE, new CardPage(findings).page());
      documents.put(TrainingFolder.CARD, new Card(findings).markdown());
      for (Map.Entry<String, String> document : documents.entrySet()) {
        folder.write(document.getKey(), document.getValue());
      }
      ObjectNode manifest = made.manifest(written, documents);
      String text = JsonDocuments.print(manifest);
      folder.write(TrainingFolder.MANIFEST, text);
      finished = true;
      folder.files().deleteFolder(folder.building());
      return report(findings, text, manifest, written);
    } finally {
      if (!finished) {
        folder.discard();
      }
    }
  }

  private TrainingReport report(
      Findings findings, String text, ObjectNode manifest, List<Written> written) {
    List<TrainingReport.Split> splits = new ArrayList<>();
    for (int split = 0; split < SplitRule.NAMES.size(); split++) {
      if (options.split().has(split)) {
        splits.add(
            new TrainingReport.Split(
                SplitRule.NAMES.get(split),
                findings.rows().splits()[split],
                findings.groups().get(split).number()));
      }
    }
    return new TrainingReport(
        folder.root(),
        findings.source().lake().current().table(),
        text,
        findings.labelName(),
        manifest.path("source").path("labels").path("rule").asText(),
        options.split().words(),
        splits,
        findings.rows().labelled(),
        leftOut(findings.rows()),
        findings.kept().size(),
        findings.unused().stream().map(place -> place.from() + ": " + place.reason()).toList(),
        findings.greatestError(),
        findings.warnings(),
        written.size(),
        written.stream().mapToLong(Written::bytes).sum());
  }

  /** What became no row, or a row without features, or is in no split. */
  private static List<String> leftOut(RowCounts rows) {
    List<String> texts = new ArrayList<>();
    add(texts, rows.unlabelled(), "without a label");
    add(texts, rows.state(PointInTime.State.BEGINNING), "with the first image of their item");
    add(texts, rows.state(PointInTime.State.UNDATED), "in a full export, since when nobody knows");
    add(texts, rows.state(PointInTime.State.LABEL_GONE), "gone before the label is read");
    add(texts, rows.gap(), "in a gap of the split");
    add(texts, rows.straddling(), "of groups with rows in a later split");
    return texts;
  }

  private static void add(List<String> texts, long count, String what) {
    if (count > 0) {
      texts.add(String.format(Locale.ROOT, "%,d %s", count, what));
    }
  }
}
