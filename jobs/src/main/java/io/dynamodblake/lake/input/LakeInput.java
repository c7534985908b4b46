package io.dynamodblake.lake.input;

import static org.apache.spark.sql.functions.lit;

import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.conf.Words;
import io.dynamodblake.lake.Fingerprint;
import io.dynamodblake.lake.LakeSnapshot;
import io.dynamodblake.lake.PartitionExpressions;
import io.dynamodblake.lake.PlacedRows;
import io.dynamodblake.lake.SnapshotContents;
import io.dynamodblake.lake.TableFacts;
import io.dynamodblake.lake.Wholeness;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.Losses;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.SparkTypes;
import io.dynamodblake.spark.run.ListedParquet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** A snapshot of a lake table, to be made items again. */
public final class LakeInput implements RowInput {
  private static final String PARQUET = ".parquet";
  private static final Pattern CSV = Pattern.compile(".*\\.csv(\\.[a-z0-9]+)?");
  private static final String TABLE_OF_ARN = ":table/";

  private final LakeSnapshot snapshot;
  private final SnapshotContents contents;
  private final Configuration configuration;
  private final Optional<RowFilter> filter;

  private LakeInput(
      LakeSnapshot snapshot,
      SnapshotContents contents,
      Configuration configuration,
      Optional<RowFilter> filter) {
    this.snapshot = snapshot;
    this.contents = contents;
    this.configuration = configuration;
    this.filter = filter;
  }

  /**
   * Takes a snapshot.
   *
   * @param where a condition over the columns of the lake table, partition columns included
   * @param words how whoever asks writes options, for messages
   * @throws UsageException if it has lost its types, being CSV, or the condition is not sound
   * @throws DataRefusedException if its files are gone
   */
  public static LakeInput of(
      SparkSession session, LakeSnapshot snapshot, Optional<String> where, Words words)
      throws IOException {
    SnapshotContents contents = snapshot.contents(session);
    if (snapshot.iceberg().isEmpty()) {
      requireParquet(snapshot, contents);
    }
    LakeInput input =
        new LakeInput(
            snapshot,
            contents,
            session.sessionState().newHadoopConf(),
            where.map(text -> RowFilter.parse(session, text, words)));
    // says what is wrong with the condition now, while nothing is written
    input.chosen(input.placed(session).rows());
    return input;
  }

  private static void requireParquet(LakeSnapshot snapshot, SnapshotContents contents) {
    Optional<FileStatus> other =
        contents.files().stream()
            .filter(file -> !file.getPath().getName().endsWith(PARQUET))
            .findFirst();
    if (other.isEmpty()) {
      return;
    }
    if (CSV.matcher(other.get().getPath().getName()).matches()) {
      throw new UsageException(
          "Cannot make items of snapshot '%s': it is CSV, which has lost the types, in %s; flatten the export as Parquet, with another %s"
              .formatted(snapshot.id(), snapshot.path(), Words.FLATTEN.of(FlattenKeys.TO)));
    }
    throw new DataRefusedException(
        "Cannot make items of snapshot '%s': there is a file in its folder that flatten has not written, %s; take it away"
            .formatted(snapshot.id(), other.get().getPath()));
  }

  @Override
  public String name() {
    return "snapshot " + snapshot.id();
  }

  @Override
  public String path() {
    return snapshot.path();
  }

  @Override
  public TableSchema schema() {
    return snapshot.schema();
  }

  @Override
  public boolean hasRescued() {
    return true;
  }

  @Override
  public List<String> losses() {
    return Losses.of(snapshot.schema());
  }

  @Override
  public Dataset<Row> rows(SparkSession session, boolean withPlaces) {
    // what a condition needs, Spark makes code for
    PlacedRows placed =
        placed(
            filter.isPresent()
                ? session
                : BatchRows.session(session, SparkTypes.toStruct(schema())));
    List<Column> columns = new ArrayList<>();
    schema()
        .writtenColumns()
        .forEach(column -> columns.add(PartitionExpressions.column(column.name())));
    columns.add(PartitionExpressions.column(TableSchema.RESCUED));
    columns.add(PartitionExpressions.column(TableSchema.NULLS));
    if (withPlaces) {
      columns.add(placed.file());
      columns.add(placed.position());
      columns.add(lit(null).cast(DataTypes.StringType));
    }
    return chosen(placed.rows()).select(columns.toArray(Column[]::new));
  }

  private Dataset<Row> chosen(Dataset<Row> all) {
    return filter.map(condition -> condition.apply(all)).orElse(all);
  }

  private PlacedRows placed(SparkSession session) {
    if (snapshot.iceberg().isPresent()) {
      try {
        return snapshot.placed(session, contents);
      } catch (IOException e) {
        throw new UncheckedIOException(e.getMessage(), e);
      }
    }
    StructType columns = SparkTypes.toStruct(schema());
    for (String name : contents.partitionNames()) {
      if (Arrays.stream(columns.fieldNames()).noneMatch(name::equalsIgnoreCase)) {
        // a derived one; without its type here Spark would guess one from the values
        columns = columns.add(name, DataTypes.StringType);
      }
    }
    // listed already: Spark would ask a store for each folder of a partition, one after the other
    return PlacedRows.ofFiles(
        session.baseRelationToDataFrame(
            ListedParquet.relation(
                session,
                contents.folder(),
                contents.files(),
                columns,
                contents.partitionNames(),
                Map.of())));
  }

  SnapshotContents contents() {
    return contents;
  }

  /** Whether the run that made it has had all items. */
  Wholeness ofRun() throws IOException {
    return snapshot.wholenessOfRun();
  }

  @Override
  public RowPlaces places() {
    return RowPlaces.of(contents);
  }

  @Override
  public Wholeness wholeness() throws IOException {
    return snapshot.wholeness();
  }

  @Override
  public List<String> exports() throws IOException {
    return snapshot.exports();
  }

  @Override
  public TableFacts facts() throws IOException {
    return snapshot.facts();
  }

  @Override
  public Optional<String> snapshot() {
    return Optional.of(snapshot.id());
  }

  @Override
  public Optional<String> table() {
    return snapshot.current().facts().arn().flatMap(LakeInput::tableName);
  }

  private static Optional<String> tableName(String arn) {
    int begin = arn.indexOf(TABLE_OF_ARN);
    return begin < 0
        ? Optional.empty()
        : Optional.of(arn.substring(begin + TABLE_OF_ARN.length()).replaceFirst("/.*", ""));
  }

  @Override
  public Optional<String> where() {
    return filter.map(RowFilter::text);
  }

  @Override
  public OptionalLong allRows() throws IOException {
    return OptionalLong.of(snapshot.verifiedRows(contents, configuration));
  }

  @Override
  public long bytes() {
    return contents.bytes();
  }

  @Override
  public String fingerprint() {
    Fingerprint fingerprint = new Fingerprint().add(path()).addAll(where().stream().toList());
    for (FileStatus file : contents.files()) {
      fingerprint.add(file.getPath().toString()).add(file.getLen());
    }
    return fingerprint.hex();
  }
}
