package io.dynamodblake.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.schema.MessageType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What parquet-java reads of a copy is what is left of the rows of its files. */
class ParquetRowCopyTest {
  @TempDir java.nio.file.Path temp;

  private final Configuration configuration = new Configuration();
  private int files;

  @Test
  void randomFilesOfTheSameSchemaAreCopied() throws Exception {
    for (int seed = 0; seed < 12; seed++) {
      Random random = new Random(seed);
      RandomTable table = new RandomTable(random);
      MessageType schema = table.schema();

      requireCopy(seed, random, table, schema, List.of(schema, schema, schema));
    }
  }

  @Test
  void randomFilesOfEarlierSchemasAreCopied() throws Exception {
    for (int seed = 100; seed < 130; seed++) {
      Random random = new Random(seed);
      RandomTable table = new RandomTable(random);
      MessageType schema = table.schema();
      List<MessageType> before = List.of(table.before(schema), schema, table.before(schema));

      requireCopy(seed, random, table, schema, before);
    }
  }

  private void requireCopy(
      int seed, Random random, RandomTable table, MessageType schema, List<MessageType> schemas)
      throws Exception {
    List<List<Object>> expected = new ArrayList<>();
    Path path = newPath();
    int share = random.nextInt(3); // of rows left out: none, few, most
    try (ParquetRowCopy copy =
        ParquetRowCopy.create(
            path, configuration, schema, Map.of("key", "value"), 1L << (12 + random.nextInt(8)))) {
      for (MessageType before : schemas) {
        List<List<Object>> rows = table.rows(before, random.nextInt(600));
        Path file = write(before, rows, 1L << (14 + random.nextInt(6)));
        long[] leftOut =
            LongStream.range(0, rows.size())
                .filter(row -> random.nextInt(10) < share * share * 2)
                .toArray();
        List<List<Object>> left = left(rows, leftOut);
        expected.addAll(RandomTable.evolved(left, before, schema));

        long added = copy.add(status(file), LongStream.of(leftOut).iterator());

        assertThat(added).as("seed %d", seed).isEqualTo(left.size());
      }
      assertThat(copy.rows()).isEqualTo(expected.size());
      copy.finish();
    }
    assertThat(ValueRows.read(path, configuration)).as("seed %d", seed).isEqualTo(expected);
    requireSound(path, schema, expected.size());
  }

  private void requireSound(Path path, MessageType schema, long rows) throws IOException {
    try (ParquetFileReader reader = open(path)) {
      assertThat(reader.getFileMetaData().getSchema()).isEqualTo(schema);
      assertThat(reader.getFileMetaData().getKeyValueMetaData()).containsEntry("key", "value");
      assertThat(reader.getRecordCount()).isEqualTo(rows);
      for (BlockMetaData rowGroup : reader.getRowGroups()) {
        for (ColumnChunkMetaData chunk : rowGroup.getColumns()) {
          OffsetIndex pages = reader.readOffsetIndex(chunk);
          assertThat(pages.getFirstRowIndex(0)).isZero();
          assertThat(pages.getLastRowIndex(pages.getPageCount() - 1, rowGroup.getRowCount()))
              .isEqualTo(rowGroup.getRowCount() - 1);
          assertThat(reader.readColumnIndex(chunk).getNullCounts().stream().mapToLong(n -> n).sum())
              .isEqualTo(chunk.getStatistics().getNumNulls());
        }
      }
    }
  }

  private static List<List<Object>> left(List<List<Object>> rows, long[] leftOut) {
    List<List<Object>> left = new ArrayList<>(rows);
    for (int i = leftOut.length - 1; i >= 0; i--) {
      left.remove((int) leftOut[i]);
    }
    return left;
  }

  // ---- files

  private Path newPath() {
    return new Path(temp.resolve("rows-" + files++ + ".parquet").toUri());
  }

  private FileStatus status(Path path) throws IOException {
    return path.getFileSystem(configuration).getFileStatus(path);
  }

  private ParquetFileReader open(Path path) throws IOException {
    return ParquetFileReader.open(HadoopInputFile.fromPath(path, configuration));
  }

  private Path write(MessageType schema, List<List<Object>> rows, long rowGroupBytes)
      throws IOException {
    Path path = newPath();
    Random order = new Random(rows.size());
    try (ParquetItemFile file =
        ParquetItemFile.create(path, configuration, schema, Map.of(), rowGroupBytes)) {
      for (List<Object> row : rows) {
        ValueRows.putFields(order, file.row(), schema, row);
        file.endRow();
      }
      file.finish();
    }
    return path;
  }
}
