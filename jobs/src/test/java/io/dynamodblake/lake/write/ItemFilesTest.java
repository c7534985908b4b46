package io.dynamodblake.lake.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.export.ExportLocator;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.ExportSelection;
import io.dynamodblake.export.FileAccount;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.SparkTypes;
import io.dynamodblake.spark.read.RunAccounts;
import io.dynamodblake.spark.read.RunItems;
import io.dynamodblake.spark.run.WriteSessions;
import io.dynamodblake.testing.RandomItems;
import io.dynamodblake.testing.RandomSchemas;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that the decoder writes itself are those that Spark would write of the same rows. */
class ItemFilesTest extends LakeTest {
  private static final String ROW = "to_json(struct(*)) AS item";

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void anySchemaAndItemsAreTheSameRowsSchemaAndStatistics(long seed) throws IOException {
    TableSchema schema = RandomSchemas.next(new Random(seed));
    RandomItems items = RandomItems.any(seed);
    List<String> lines = Stream.generate(items::line).limit(250).toList();
    Path export = export().items(lines, 3).write();
    Path direct = temp.resolve("direct");
    Path sparks = temp.resolve("sparks");

    List<FileAccount> accounts = writeDirectly(export, schema, direct);
    SparkSession session = WriteSessions.forTarget(spark, sparks.toString());
    session
        .read()
        .format("dynamodb-export")
        .schema(SparkTypes.toStruct(schema))
        .load(export.toString())
        .coalesce(1)
        .write()
        .parquet(sparks.toString());

    assertThat(accounts.stream().mapToLong(FileAccount::items).sum()).isEqualTo(250);
    Dataset<Row> ours = spark.read().parquet(direct.toString());
    Dataset<Row> theirs = spark.read().parquet(sparks.toString());
    assertThat(ours.schema()).isEqualTo(theirs.schema());
    assertThat(texts(ours)).isEqualTo(texts(theirs));
    ParquetMetadata ourFooter = footer(direct);
    ParquetMetadata theirFooter = footer(sparks);
    assertThat(ourFooter.getFileMetaData().getSchema())
        .isEqualTo(theirFooter.getFileMetaData().getSchema());
    assertThat(metadata(ourFooter)).containsAllEntriesOf(metadata(theirFooter));
    assertThat(statistics(ourFooter)).isEqualTo(statistics(theirFooter));
  }

  @Test
  void anExportWithoutItemsIsATableWithoutRows() {
    RunReport report = flatten(options(export().emptyFile().emptyFile().write()));

    assertThat(report.counts().rowsWritten()).isZero();
    assertThat(dataFiles()).hasSize(1);
    assertThat(table().rows().count()).isZero();
    assertThat(table().rows().columns()).contains("ddb_rescued", "ddb_nulls");
  }

  private List<FileAccount> writeDirectly(Path path, TableSchema schema, Path folder)
      throws IOException {
    Configuration configuration = spark.sessionState().newHadoopConf();
    ExportManifest export =
        new ExportLocator(new HadoopObjectStore(configuration), ReadOptions.defaults())
            .locate(path.toString(), ExportSelection.newest());
    SparkSession session = WriteSessions.forTarget(spark, folder.toString());
    try (RunAccounts accounts = RunAccounts.open(session, export, ReadProgress.NONE)) {
      ItemFiles.write(
          session,
          ItemFiles.Source.of(
              RunItems.failing(accounts, schema, ReadOptions.defaults()), Optional.empty()),
          RunItems.shares(session, configuration, export, 1L << 30),
          List.of(
              new ItemFiles.Destination(
                  folder.toString(),
                  schema,
                  FileShape.of(session, SparkTypes.toStruct(schema)),
                  1L << 30)));
      return accounts.files();
    }
  }

  private static List<String> texts(Dataset<Row> rows) {
    return rows.selectExpr(ROW).collectAsList().stream()
        .map(row -> row.getString(0))
        .sorted()
        .toList();
  }

  private ParquetMetadata footer(Path folder) throws IOException {
    List<String> files =
        filesBelow(folder).stream().filter(file -> file.endsWith(".parquet")).toList();
    String file = files.get(0);
    Configuration configuration = new Configuration();
    try (ParquetFileReader reader =
        ParquetFileReader.open(
            HadoopInputFile.fromPath(
                new org.apache.hadoop.fs.Path(folder.resolve(file).toUri()), configuration))) {
      return reader.getFooter();
    }
  }

  private static Map<String, String> metadata(ParquetMetadata footer) {
    return new TreeMap<>(footer.getFileMetaData().getKeyValueMetaData());
  }

  /** Of all columns, with nulls, least and greatest. */
  private static Map<String, String> statistics(ParquetMetadata footer) {
    BlockMetaData rowGroup = footer.getBlocks().get(0);
    return rowGroup.getColumns().stream()
        .collect(
            Collectors.toMap(
                (ColumnChunkMetaData chunk) -> chunk.getPath().toDotString(),
                chunk -> chunk.getValueCount() + " " + chunk.getStatistics(),
                (first, second) -> first,
                TreeMap::new));
  }
}
