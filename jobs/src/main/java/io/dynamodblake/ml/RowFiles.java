package io.dynamodblake.ml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.dynamodblake.export.Digests;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.io.hadoop.HadoopConfiguration;
import io.dynamodblake.lake.ExactPaths;
import io.dynamodblake.lake.PartitionExpressions;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/**
 * Writes the rows of each split in an order and into files that depend on the rows alone, not on
 * how Spark shares them: the same set has the same bytes. Driver only.
 */
final class RowFiles {
  private static final String BUCKET = "ddb_bucket";
  private static final String VALUE = "value";
  private static final int BUFFER = 1 << 16;

  private final SparkSession session;
  private final TrainingOptions options;
  private final TrainingFolder folder;
  private final Frame frame;
  private final List<Result> kept;
  private final LabelClasses label;

  /**
   * Prepares the writing.
   *
   * @param session that of the frame, made to write to the folder
   * @param kept the features that are written
   */
  RowFiles(
      SparkSession session,
      TrainingOptions options,
      TrainingFolder folder,
      Frame frame,
      List<Result> kept,
      LabelClasses label) {
    this.session = session;
    this.options = options;
    this.folder = folder;
    this.frame = frame;
    this.kept = kept;
    this.label = label;
  }

  /** Writes all files where no reader looks. */
  void build(long[] rowsOfSplits) {
    boolean csv = options.output().format() == TrainingOptions.Format.SAGEMAKER_CSV;
    Column bucket = lit(0L);
    for (int split = 0; split < rowsOfSplits.length; split++) {
      bucket =
          when(
                  col(Frame.SPLIT).equalTo(split),
                  functions.pmod(col(Frame.ORDER), lit(files(rowsOfSplits[split]))))
              .otherwise(bucket);
    }
    List<Column> columns =
        new ArrayList<>(List.of(col(Frame.SPLIT), bucket.as(BUCKET), col(Frame.ORDER)));
    List<Column> order = new ArrayList<>(List.of(col(Frame.SPLIT), col(BUCKET), col(Frame.ORDER)));
    List<Column> written = csv ? List.of(csvLine().as(VALUE)) : parquetColumns();
    List<Column> values = new ArrayList<>();
    columns.addAll(written);
    Dataset<Row> rows = frame.inSplits().select(columns.toArray(Column[]::new));
    for (int i = 3; i < rows.columns().length; i++) {
      values.add(PartitionExpressions.column(rows.columns()[i]));
    }
    order.addAll(values);
    List<Column> left = new ArrayList<>(List.of(col(Frame.SPLIT), col(BUCKET)));
    left.addAll(values);
    Dataset<Row> sorted =
        rows.repartition(col(Frame.SPLIT), col(BUCKET))
            .sortWithinPartitions(order.toArray(Column[]::new))
            .select(left.toArray(Column[]::new));
    DataFrameWriter<Row> writer =
        sorted.write().mode(SaveMode.Append).partitionBy(Frame.SPLIT, BUCKET);
    if (csv) {
      writer.text(data());
    } else {
      writer.option("compression", "zstd").parquet(data());
    }
  }

  private long files(long rows) {
    return Math.max(
        1, (rows + options.output().rowsPerFile() - 1) / options.output().rowsPerFile());
  }

  private String data() {
    return folder.building() + "/" + TrainingFolder.DATA;
  }

  // ---- columns

  private List<Column> parquetColumns() {
    List<Column> columns = new ArrayList<>();
    boolean encoded = options.output().encoded();
    columns.add((encoded ? encodedLabel() : col(Frame.LABEL)).as(frame.labelName()));
    for (int i = 0; i < frame.carried().size(); i++) {
      columns.add(col(Frame.carriedName(i)).as(frame.carried().get(i).name()));
    }
    for (Result result : kept) {
      Column value = col(Frame.featureName(result.place()));
      columns.add(
          (encoded ? encoded(result, value) : result.feature().written(value))
              .as(result.feature().name()));
    }
    return columns;
  }

  private Column csvLine() {
    List<Column> fields = new ArrayList<>();
    fields.add(encodedLabel().cast(DataTypes.StringType));
    for (Result result : kept) {
      fields.add(
          encoded(result, col(Frame.featureName(result.place()))).cast(DataTypes.StringType));
    }
    return functions.concat_ws(",", fields.toArray(Column[]::new));
  }

  private Column encodedLabel() {
    if (label.isNumber()) {
      return col(Frame.LABEL);
    }
    return label.of(col(Frame.LABEL));
  }

  private static Column encoded(Result result, Column value) {
    return switch (result.feature().kind()) {
      case CATEGORY -> {
        Map<String, Integer> places = new HashMap<>();
        result.texts().forEach(counted -> places.put(counted.text(), places.size() + 1));
        UDF1<String, Integer> place = text -> places.getOrDefault(text, 0);
        yield functions.udf(place, DataTypes.IntegerType).apply(value);
      }
      case FLAG -> functions.coalesce(value.cast(DataTypes.IntegerType), lit((int) result.fill()));
      default -> {
        double fill = result.fill();
        UDF1<Double, Double> filled = number -> number == null ? fill : number;
        yield functions
            .udf(filled, DataTypes.DoubleType)
            .apply(result.feature().written(value).cast(DataTypes.DoubleType));
      }
    };
  }

  // ---- to their places

  /**
   * Gives the files their names.
   *
   * @return all of them, with their checksums
   */
  List<Written> publish(long rows) throws IOException {
    Map<String, Long> counted = counted();
    long found = counted.values().stream().mapToLong(Long::longValue).sum();
    if (found != rows) {
      throw new ExportFormatException(
          "Cannot publish the training set: its files should have %,d rows and have %,d, at %s; run again"
              .formatted(rows, found, folder.root()));
    }
    HadoopConfiguration settings = new HadoopConfiguration(session.sessionState().newHadoopConf());
    List<Written> described = new ArrayList<>();
    FileSystem store = new Path(data()).getFileSystem(settings.configuration());
    Map<Integer, TreeMap<Long, Path>> built = built();
    for (Map.Entry<Integer, TreeMap<Long, Path>> split : built.entrySet()) {
      int number = 0;
      for (Path from : split.getValue().values()) {
        String path = path(split.getKey(), number++, split.getValue().size());
        Path to = new Path(folder.root() + "/" + path);
        store.mkdirs(to.getParent());
        if (!store.rename(from, to)) {
          throw new IOException("Cannot move a file to " + to);
        }
        described.add(new Written(split.getKey(), path, 0, counted.get(from.toString()), ""));
      }
    }
    return described(described, settings);
  }

  /** The rows of the files as they can be read again, by name and so by split and bucket. */
  private Map<String, Long> counted() throws IOException {
    boolean csv = options.output().format() == TrainingOptions.Format.SAGEMAKER_CSV;
    Dataset<Row> again =
        csv ? ExactPaths.read(session).text(data()) : ExactPaths.read(session).parquet(data());
    Map<String, Long> bySplit = new HashMap<>();
    again
        .groupBy(Frame.SPLIT, BUCKET)
        .count()
        .collectAsList()
        .forEach(
            row ->
                bySplit.put(row.get(0) + "/" + row.get(1), row.getLong(row.fieldIndex("count"))));
    Map<String, Long> byName = new HashMap<>();
    for (Map.Entry<Integer, TreeMap<Long, Path>> split : built().entrySet()) {
      split
          .getValue()
          .forEach(
              (bucket, path) ->
                  byName.put(
                      path.toString(), bySplit.getOrDefault(split.getKey() + "/" + bucket, 0L)));
    }
    return byName;
  }

  private Map<Integer, TreeMap<Long, Path>> built() throws IOException {
    Map<Integer, TreeMap<Long, Path>> built = new TreeMap<>();
    for (FileStatus file : folder.files().filesBelow(data())) {
      Path path = file.getPath();
      if (path.getName().startsWith(".") || path.getName().startsWith("_")) {
        continue;
      }
      int split = Integer.parseInt(value(path.getParent().getParent()));
      Path other =
          built
              .computeIfAbsent(split, any -> new TreeMap<>())
              .put(Long.parseLong(value(path.getParent())), path);
      if (other != null) {
        throw new IOException("Cannot publish: there are two files in " + path.getParent());
      }
    }
    return built;
  }

  private static String value(Path step) {
    return step.getName().substring(step.getName().indexOf('=') + 1);
  }

  private String path(int split, int number, int count) {
    String name = SplitRule.NAMES.get(split);
    return options.output().format() == TrainingOptions.Format.SAGEMAKER_CSV
        ? "%s/%s-%05d-of-%05d.csv".formatted(name, name, number, count)
        : "%s/%s-%05d-of-%05d.parquet".formatted(TrainingFolder.DATA, name, number, count);
  }

  private List<Written> described(List<Written> files, HadoopConfiguration settings) {
    String root = folder.root();
    return new ArrayList<>(
        JavaSparkContext.fromSparkContext(session.sparkContext())
            .parallelize(files, Math.max(1, files.size()))
            .map(file -> described(root, file, settings))
            .collect());
  }

  private static Written described(String root, Written file, HadoopConfiguration settings)
      throws IOException {
    MessageDigest md5 = Digests.md5();
    Path path = new Path(root + "/" + file.path());
    long bytes = 0;
    try (InputStream in = path.getFileSystem(settings.configuration()).open(path)) {
      byte[] buffer = new byte[BUFFER];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        md5.update(buffer, 0, read);
        bytes += read;
      }
    }
    String hex = HexFormat.of().formatHex(md5.digest());
    return new Written(file.split(), file.path(), bytes, file.rows(), hex);
  }
}
