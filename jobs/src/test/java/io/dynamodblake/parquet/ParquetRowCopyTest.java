package io.dynamodblake.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.schema.DataRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PrimitiveIterator;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.zip.CRC32;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What parquet-java reads of a copy is what is left of the rows of its files; {@code
 * -Dproperties.scale=20} takes twenty times as many random ones.
 */
class ParquetRowCopyTest {
  private static final int SCALE = Integer.getInteger("properties.scale", 1);
  private static final long ONE_ROW_GROUP = 1L << 26;
  private static final MessageType ORDERS =
      MessageTypeParser.parseMessageType(
          """
          message t {
            optional binary id (STRING);
            optional int64 qty;
            optional group tags (LIST) {
              repeated group list {
                optional binary element (STRING);
              }
            }
            optional group address {
              optional binary zip (STRING);
            }
          }
          """);

  @TempDir java.nio.file.Path temp;

  private final Configuration configuration = new Configuration();
  private int files;

  @Test
  void randomFilesOfTheSameSchemaAreCopied() throws Exception {
    for (int seed = 0; seed < 6 * SCALE; seed++) {
      Random random = new Random(seed);
      RandomTable table = new RandomTable(random);
      MessageType schema = table.schema();

      requireCopy(seed, random, schema, List.of(schema, schema, schema), this::write);
    }
  }

  @Test
  void randomFilesOfEarlierSchemasAreCopied() throws Exception {
    for (int seed = 100_000; seed < 100_000 + 12 * SCALE; seed++) {
      Random random = new Random(seed);
      RandomTable table = new RandomTable(random);
      MessageType schema = table.schema();
      List<MessageType> before = List.of(table.before(schema), schema, table.before(schema));

      requireCopy(seed, random, schema, before, this::write);
    }
  }

  @Test
  void randomFilesByOthersAreCopied() throws Exception {
    for (int seed = 200_000; seed < 200_000 + 6 * SCALE; seed++) {
      Random random = new Random(seed);
      RandomTable table = new RandomTable(random);
      MessageType schema = table.schema();
      WriterVersion version = seed % 2 == 0 ? WriterVersion.PARQUET_1_0 : WriterVersion.PARQUET_2_0;

      requireCopy(
          seed,
          random,
          schema,
          List.of(schema, table.before(schema)),
          (before, rows, rowGroupBytes) -> {
            Path path = newPath();
            ValueRows.write(path, configuration, before, rows, version);
            return path;
          });
    }
  }

  private interface Writer {
    Path write(MessageType schema, List<List<Object>> rows, long rowGroupBytes) throws IOException;
  }

  @Test
  void smallFilesBecomeOneRowGroup() throws Exception {
    List<List<Object>> rows = rows(30);
    Path first = write(ORDERS, rows.subList(0, 10), ONE_ROW_GROUP);
    Path empty = write(ORDERS, List.of(), ONE_ROW_GROUP);
    Path second = write(ORDERS, rows.subList(10, 30), ONE_ROW_GROUP);

    Path path = copy(ONE_ROW_GROUP, List.of(first, empty, second), 9, 0);

    assertThat(ValueRows.read(path, configuration)).isEqualTo(left(rows, 9, 10));
    assertThat(rowGroups(path)).hasSize(1);
  }

  @Test
  void aLargeRowGroupThatStaysAsItIsIsCopiedByteByByte() throws Exception {
    List<List<Object>> rows = rows(20_000);
    Path file = write(ORDERS, rows, 1L << 17);
    assertThat(rowGroups(file)).hasSizeGreaterThan(3);

    Path path = copy(1L << 17, List.of(file), 5_000);

    assertThat(ValueRows.read(path, configuration)).isEqualTo(left(rows, 5_000));
    List<Long> unchanged = chunkBytes(file);
    unchanged.retainAll(chunkBytes(path));
    // all chunks but those of the one row group with the row that is gone, and of the last, small
    // one
    assertThat(unchanged).hasSizeGreaterThanOrEqualTo((rowGroups(file).size() - 2) * 4);
    requireSound(path, ORDERS, rows.size() - 1);
  }

  @Test
  void aRowGroupLargerThanWantedIsReadColumnByColumn() throws Exception {
    List<List<Object>> rows = rows(20_000);
    Path file = write(ORDERS, rows, ONE_ROW_GROUP);

    Path path = copy(1L << 12, List.of(file), 0, 19_999);

    assertThat(ValueRows.read(path, configuration)).isEqualTo(left(rows, 0, 19_999));
  }

  @Test
  void aCopyWithoutRowsHasItsSchema() throws Exception {
    Path file = write(ORDERS, rows(3), ONE_ROW_GROUP);

    Path path = copy(ONE_ROW_GROUP, List.of(file), 0, 1, 2);

    assertThat(rowGroups(path)).isEmpty();
    requireSound(path, ORDERS, 0);
  }

  @Test
  void columnsThatNobodyWantsAreLeftOut() throws Exception {
    List<List<Object>> rows = rows(100);
    Path file = write(ORDERS, rows, ONE_ROW_GROUP);
    MessageType narrower = new MessageType("t", ORDERS.getType("qty"));
    Path path = newPath();

    try (ParquetRowCopy copy = create(path, narrower, ONE_ROW_GROUP)) {
      copy.add(status(file), none());
      copy.finish();
    }

    assertThat(ValueRows.read(path, configuration))
        .isEqualTo(rows.stream().map(row -> row.subList(1, 2)).toList());
  }

  @Test
  void oldNamesInsideOfListsAndColumnsThatMayNotBeNullAreFine() throws Exception {
    MessageType old =
        MessageTypeParser.parseMessageType(
            """
            message t {
              required binary id (STRING);
              required group tags (LIST) {
                repeated group bag {
                  required binary array_element (STRING);
                }
              }
            }
            """);
    List<List<Object>> rows =
        List.of(
            List.of("61", List.of("62", "63")),
            List.of("64", List.of()),
            List.of("65", List.of("66")));
    Path file = newPath();
    ValueRows.write(file, configuration, old, rows, WriterVersion.PARQUET_1_0);
    Path path = newPath();

    try (ParquetRowCopy copy = create(path, ORDERS, ONE_ROW_GROUP)) {
      copy.add(status(file), LongStream.of(1).iterator());
      copy.finish();
    }

    assertThat(ValueRows.read(path, configuration))
        .isEqualTo(
            List.of(
                Arrays.asList("61", null, List.of("62", "63"), null),
                Arrays.asList("65", null, List.of("66"), null)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "optional int64 id;",
        "optional binary id;",
        "optional group id { optional int64 qty; }",
        "optional int32 qty (DATE);",
        "optional int64 qty (DECIMAL(18,2));",
        "optional double qty;",
        "optional float qty;",
        "optional int96 qty;",
        "optional int64 qty (TIMESTAMP(MILLIS,true));",
        "repeated int64 qty;",
        "repeated binary tags (STRING);",
        "optional group tags (LIST) { repeated binary array (STRING); }",
        "optional group tags { optional binary element (STRING); }",
        "optional group address { optional binary zip (STRING); optional int32 number; }",
        "optional group address { optional group zip { optional int32 number; } }"
      })
  void aFileOfAnotherSchemaIsLeftToOthers(String column) throws Exception {
    MessageType other = MessageTypeParser.parseMessageType("message t { " + column + " }");
    Path incompatible = newPath();
    ValueRows.write(incompatible, configuration, other, List.of(), WriterVersion.PARQUET_1_0);
    List<List<Object>> rows = rows(3);
    Path file = write(ORDERS, rows, ONE_ROW_GROUP);
    Path path = newPath();

    try (ParquetRowCopy copy = create(path, ORDERS, ONE_ROW_GROUP)) {
      assertThatThrownBy(() -> copy.add(status(incompatible), none()))
          .isInstanceOf(IncompatibleFileException.class)
          .hasMessageContaining(incompatible.getName())
          .hasMessageContaining("'" + other.getFieldName(0));
      copy.add(status(file), none());
      copy.finish();
    }

    assertThat(ValueRows.read(path, configuration)).isEqualTo(rows);
  }

  @Test
  void positionsAscendAndAreInTheFile() throws Exception {
    Path file = write(ORDERS, rows(3), ONE_ROW_GROUP);
    try (ParquetRowCopy copy = create(newPath(), ORDERS, ONE_ROW_GROUP)) {
      for (long[] positions : List.of(new long[] {1, 1}, new long[] {2, 1}, new long[] {-1})) {
        assertThatThrownBy(() -> copy.add(status(file), LongStream.of(positions).iterator()))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageStartingWith("Cannot leave out row");
      }
      assertThatThrownBy(() -> copy.add(status(file), LongStream.of(3).iterator()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Cannot leave out row 3")
          .hasMessageContaining("which has 3");
    }
  }

  // ---- damage

  @Test
  void aDamagedFileIsRefusedWhereverTheDamageIs() throws Exception {
    List<List<Object>> rows = rows(2_000);
    Path file = write(ORDERS, rows, ONE_ROW_GROUP);
    byte[] sound = Files.readAllBytes(java.nio.file.Path.of(file.toUri()));
    Random random = new Random(1);
    int refused = 0;
    for (int i = 0; i < 40; i++) {
      byte[] damaged = sound.clone();
      damaged[4 + random.nextInt(sound.length - 4)] ^= (byte) (1 << random.nextInt(8));
      Path bad = newPath();
      Files.write(java.nio.file.Path.of(bad.toUri()), damaged);
      for (long[] leftOut : List.of(new long[] {}, new long[] {7})) {
        try {
          Path path = copy(1L << 12, List.of(bad), leftOut);
          assertThat(ValueRows.read(path, configuration)).isEqualTo(left(rows, leftOut));
        } catch (DataRefusedException e) {
          assertThat(e)
              .hasMessageStartingWith(
                  "Cannot copy rows of Parquet: the file is damaged or cut short")
              .hasMessageContaining(bad.getName());
          refused++;
        }
      }
    }
    assertThat(refused).isGreaterThan(60);
  }

  @Test
  void aFileThatIsCutShortIsRefused() throws Exception {
    Path file = write(ORDERS, rows(2_000), ONE_ROW_GROUP);
    java.nio.file.Path local = java.nio.file.Path.of(file.toUri());
    byte[] sound = Files.readAllBytes(local);
    for (int length : List.of(0, 10, sound.length / 2, sound.length - 1)) {
      Path bad = newPath();
      Files.write(java.nio.file.Path.of(bad.toUri()), Arrays.copyOf(sound, length));
      assertThatThrownBy(() -> copy(ONE_ROW_GROUP, List.of(bad)))
          .isInstanceOf(DataRefusedException.class)
          .hasMessageContaining(bad.getName());
    }
  }

  // ---- copies

  private ParquetRowCopy create(Path path, MessageType schema, long rowGroupBytes)
      throws IOException {
    return ParquetRowCopy.create(
        path, configuration, schema, Map.of("key", "value"), rowGroupBytes);
  }

  private static PrimitiveIterator.OfLong none() {
    return LongStream.empty().iterator();
  }

  /** Copies files without one row of each, or all such rows of a single file. */
  private Path copy(long rowGroupBytes, List<Path> inputs, long... leftOut) throws Exception {
    Path path = newPath();
    try (ParquetRowCopy copy = create(path, ORDERS, rowGroupBytes)) {
      int next = 0;
      for (Path input : inputs) {
        FileStatus status = status(input);
        if (inputs.size() == 1) {
          copy.add(status, LongStream.of(leftOut).iterator());
        } else if (rowGroups(input).isEmpty()) {
          copy.add(status, none());
        } else {
          copy.add(status, LongStream.of(leftOut[next++]).iterator());
        }
      }
      copy.finish();
    }
    return path;
  }

  private List<BlockMetaData> rowGroups(Path path) throws IOException {
    try (ParquetFileReader reader = open(path)) {
      return List.copyOf(reader.getRowGroups());
    }
  }

  /** Checksums of all column chunks. */
  private List<Long> chunkBytes(Path path) throws IOException {
    byte[] file = Files.readAllBytes(java.nio.file.Path.of(path.toUri()));
    List<Long> checksums = new ArrayList<>();
    for (BlockMetaData rowGroup : rowGroups(path)) {
      for (ColumnChunkMetaData chunk : rowGroup.getColumns()) {
        CRC32 crc = new CRC32();
        crc.update(file, (int) chunk.getStartingPos(), (int) chunk.getTotalSize());
        checksums.add(crc.getValue());
      }
    }
    return checksums;
  }

  private static List<List<Object>> rows(int count) {
    return new RandomTable(new Random(count)).rows(ORDERS, count);
  }

  private void requireCopy(
      int seed, Random random, MessageType schema, List<MessageType> schemas, Writer writer)
      throws Exception {
    RandomTable table = new RandomTable(random);
    List<List<Object>> expected = new ArrayList<>();
    Path path = newPath();
    int share = random.nextInt(3); // of rows left out: none, few, most
    try (ParquetRowCopy copy = create(path, schema, 1L << (13 + random.nextInt(8)))) {
      for (MessageType before : schemas) {
        List<List<Object>> rows = table.rows(before, random.nextInt(400));
        Path file = writer.write(before, rows, 1L << (16 + random.nextInt(6)));
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
    assertThat(bounds(path))
        .as("seed %d", seed)
        .isEqualTo(bounds(write(schema, expected, ONE_ROW_GROUP)));
  }

  /** The least and the greatest value and the nulls of each column. */
  private Map<String, String> bounds(Path path) throws IOException {
    Map<ColumnPath, Statistics<?>> bounds = new HashMap<>();
    try (ParquetFileReader reader = open(path)) {
      for (BlockMetaData rowGroup : reader.getRowGroups()) {
        for (ColumnChunkMetaData chunk : rowGroup.getColumns()) {
          bounds
              .computeIfAbsent(
                  chunk.getPath(), column -> Statistics.createStats(chunk.getPrimitiveType()))
              .mergeStatistics(chunk.getStatistics());
        }
      }
    }
    Map<String, String> texts = new TreeMap<>();
    bounds.forEach((column, statistics) -> texts.put(column.toDotString(), statistics.toString()));
    return texts;
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

  private static List<List<Object>> left(List<List<Object>> rows, long... leftOut) {
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
