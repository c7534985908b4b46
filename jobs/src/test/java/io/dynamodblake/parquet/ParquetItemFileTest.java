package io.dynamodblake.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.flatten.ColumnSink;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.column.EncodingStats;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.internal.column.columnindex.ColumnIndex;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.parquet.schema.Type;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What parquet-java reads of files is what was put into them. */
class ParquetItemFileTest {
  private static final MessageType SCHEMA =
      MessageTypeParser.parseMessageType(
          """
          message t {
            optional binary unique (STRING);
            optional binary status (STRING);
            optional binary hundreds (STRING);
            optional binary raw;
            optional int64 n;
            optional int64 price (DECIMAL(18,2));
            optional int32 day (DATE);
            optional double d;
            optional boolean b;
            optional fixed_len_byte_array(16) wide (DECIMAL(38,5));
            optional int64 at (TIMESTAMP(MILLIS,true));
            optional binary rare (STRING);
            optional group tags (LIST) {
              repeated group list {
                optional binary element (STRING);
              }
            }
            optional group counts (MAP) {
              repeated group key_value {
                required binary key (STRING);
                optional int64 value;
              }
            }
            optional group place {
              optional int64 x;
              optional group lines (LIST) {
                repeated group list {
                  optional group element {
                    optional int64 y;
                    optional group names (LIST) {
                      repeated group list {
                        optional binary element (STRING);
                      }
                    }
                  }
                }
              }
            }
          }
          """);
  private static final int RARE = SCHEMA.getFieldIndex("rare");

  @TempDir java.nio.file.Path temp;

  private final Configuration configuration = new Configuration();
  private long estimate;

  @Test
  void rowsComeBackFromManyPagesAndRowGroups() throws IOException {
    List<List<Object>> rows = randomRows(45_000, 1);

    Path path = write(rows, 1 << 20);

    assertThat(read(path)).isEqualTo(rows);
    long length = Files.size(temp.resolve("rows.parquet"));
    assertThat(estimate).isBetween(length / 2, length * 2);
    try (ParquetFileReader reader = open(path)) {
      assertThat(reader.getRowGroups().size()).isGreaterThan(3);
      assertThat(reader.getFileMetaData().getKeyValueMetaData()).containsEntry("key", "value");
      for (BlockMetaData rowGroup : reader.getRowGroups()) {
        for (ColumnChunkMetaData chunk : rowGroup.getColumns()) {
          requireIndexAndStatistics(reader, chunk);
        }
      }
    }
  }

  @Test
  void columnsThatRepeatThemselvesGetADictionaryAndOthersDoNot() throws IOException {
    Path path = write(randomRows(30_000, 2), 1 << 26);

    try (ParquetFileReader reader = open(path)) {
      assertThat(reader.getRowGroups()).hasSize(1);
      assertThat(hasDictionary(reader, "status")).isTrue();
      assertThat(hasDictionary(reader, "hundreds")).isTrue();
      assertThat(hasDictionary(reader, "day")).isTrue();
      assertThat(hasDictionary(reader, "unique")).isFalse();
      assertThat(hasDictionary(reader, "n")).isFalse();
      assertThat(hasDictionary(reader, "b")).isFalse();
    }
  }

  @Test
  void aDictionaryThatOutgrowsItsRoomEndsAndItsPagesStay() throws IOException {
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < 60_000; i++) {
      List<Object> row = new ArrayList<>(Arrays.asList(new Object[SCHEMA.getFieldCount()]));
      // few at first, then none twice
      row.set(0, text(i < 41_000 ? "repeats " + i % 7 : "does not repeat itself " + i));
      row.set(4, i < 41_000 ? i % 7 : (long) i);
      rows.add(row);
      row.replaceAll(value -> value instanceof Integer number ? (Long) (long) number : value);
    }
    Path path = write(rows, 1 << 23);

    assertThat(read(path)).isEqualTo(rows);
    try (ParquetFileReader reader = open(path)) {
      ColumnChunkMetaData chunk = chunk(reader, "unique");
      EncodingStats encodings = chunk.getEncodingStats();
      assertThat(encodings.hasDictionaryPages()).isTrue();
      assertThat(encodings.hasNonDictionaryEncodedPages()).isTrue();
    }
  }

  @Test
  void memoryIsGivenBackWithEveryRowGroup() throws IOException {
    MemoryGauge gauge = new MemoryGauge();
    try (PageCompressor compressor = new PageCompressor(3)) {
      for (String column : List.of("unique", "n", "b", "wide", "status")) {
        ColumnBuffer buffer = column(column, compressor, gauge);
        assertThat(gauge.bytes()).isZero();
        for (int i = 0; i < 50_000; i++) {
          byte[] bytes =
              (column + i % (column.equals("status") ? 5 : 50_000))
                  .getBytes(StandardCharsets.UTF_8);
          switch (column) {
            case "n" -> buffer.addLong(0, i);
            case "b" -> buffer.addBoolean(0, i % 3 == 0);
            case "wide" -> buffer.addDecimal(0, BigInteger.valueOf(i));
            default -> buffer.addBytes(0, bytes, 0, bytes.length);
          }
        }
        assertThat(gauge.bytes()).isPositive();
        buffer.release();
        assertThat(gauge.bytes() - gauge.finished()).isLessThan(4_096);
        gauge.add(gauge.finished() - gauge.bytes());
        gauge.addFinished(-gauge.finished());
      }
    }
  }

  @Test
  void aFileWithoutRowsHasItsSchema() throws IOException {
    Path path = write(List.of(), 1 << 20);

    try (ParquetFileReader reader = open(path)) {
      assertThat(reader.getRecordCount()).isZero();
      assertThat(reader.getFileMetaData().getSchema()).isEqualTo(SCHEMA);
    }
  }

  @Test
  void aValueOfAnotherTypeThanItsColumnIsRefused() throws IOException {
    try (ParquetItemFile file = create("refused.parquet", 1 << 20)) {
      assertThatThrownBy(() -> file.row().putBoolean(0, true))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("unique");
    }
  }

  @Test
  void elementsArriveInTheirOrder() throws IOException {
    try (ParquetItemFile file = create("order.parquet", 1 << 20)) {
      ColumnSink tags = file.row().beginArray(SCHEMA.getFieldIndex("tags"), 2);
      byte[] tag = text("x").getBytes(StandardCharsets.UTF_8);
      tags.putBytes(1, tag, 0, tag.length);
      assertThatThrownBy(() -> tags.putBytes(0, tag, 0, tag.length))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("element 0 of 2");
    }
  }

  // ---- files

  private Path write(List<List<Object>> rows, long rowGroupBytes) throws IOException {
    Random order = new Random(rows.size());
    try (ParquetItemFile file = create("rows.parquet", rowGroupBytes)) {
      for (List<Object> row : rows) {
        ValueRows.putFields(order, file.row(), SCHEMA, row);
        file.endRow();
      }
      estimate = file.bytes();
      file.finish();
      assertThat(file.rows()).isEqualTo(rows.size());
    }
    return new Path(temp.resolve("rows.parquet").toUri());
  }

  private ParquetItemFile create(String name, long rowGroupBytes) throws IOException {
    Path path = new Path(temp.resolve(name).toUri());
    return ParquetItemFile.create(
        path, configuration, SCHEMA, Map.of("key", "value"), rowGroupBytes);
  }

  private ParquetFileReader open(Path path) throws IOException {
    return ParquetFileReader.open(HadoopInputFile.fromPath(path, configuration));
  }

  private List<List<Object>> read(Path path) throws IOException {
    return ValueRows.read(path, configuration);
  }

  private static ColumnChunkMetaData chunk(ParquetFileReader reader, String column) {
    return reader.getRowGroups().get(0).getColumns().stream()
        .filter(chunk -> chunk.getPath().toDotString().equals(column))
        .findFirst()
        .orElseThrow();
  }

  private static boolean hasDictionary(ParquetFileReader reader, String column) {
    return chunk(reader, column).getEncodings().contains(ColumnBuffer.BY_DICTIONARY);
  }

  private static ColumnBuffer column(String name, PageCompressor compressor, MemoryGauge gauge) {
    var descriptor = SCHEMA.getColumnDescription(new String[] {name});
    return switch (descriptor.getPrimitiveType().getPrimitiveTypeName()) {
      case INT64 -> new NumberBuffer(descriptor, 1 << 14, compressor, gauge);
      case BOOLEAN -> new BooleanBuffer(descriptor, 1 << 14, compressor, gauge);
      default -> new BytesBuffer(descriptor, 1 << 14, compressor, gauge);
    };
  }

  private static void requireIndexAndStatistics(ParquetFileReader reader, ColumnChunkMetaData chunk)
      throws IOException {
    assertThat(chunk.getStatistics().isNumNullsSet()).isTrue();
    assertThat(reader.readOffsetIndex(chunk).getPageCount()).isPositive();
    ColumnIndex index = reader.readColumnIndex(chunk);
    assertThat(index).as(chunk.getPath().toDotString()).isNotNull();
    assertThat(index.getNullCounts().stream().mapToLong(Long::longValue).sum())
        .isEqualTo(chunk.getStatistics().getNumNulls());
  }

  // ---- values: null, Long, Double, Boolean, text (as hex) or a list of them

  private static List<List<Object>> randomRows(int count, long seed) {
    Random random = new Random(seed);
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Object> row = new ArrayList<>();
      for (Type type : SCHEMA.getFields()) {
        row.add(random.nextInt(6) == 0 ? null : value(random, type, i));
      }
      if (i % 12_000 != 11_000) {
        row.set(RARE, null);
      }
      rows.add(row);
    }
    return rows;
  }

  private static Object value(Random random, Type type, int row) {
    return switch (type.getName()) {
      case "unique" ->
          text(random.nextInt(2_000) == 0 ? "long".repeat(1_000) : "u" + random.nextLong());
      case "status" -> text("status " + random.nextInt(5));
      case "hundreds" -> text("customer " + random.nextInt(300));
      case "raw" -> HexFormat.of().toHexDigits(random.nextInt(3_000));
      case "n", "x", "y", "value" -> random.nextLong();
      case "price" -> (long) random.nextInt(100_000) - 50_000;
      case "day" -> 19_000L + random.nextInt(60);
      case "d" -> random.nextGaussian();
      case "b" -> random.nextBoolean();
      case "wide" ->
          ValueRows.hex(
              ValueRows.fixed(
                  new BigInteger(100, random).subtract(BigInteger.ONE.shiftLeft(99)), 16));
      case "at" -> -1_000_000L + random.nextInt(2_000_000);
      case "rare" -> text("rare " + row);
      case "tags", "names" -> {
        List<Object> tags = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          tags.add(random.nextInt(5) == 0 ? null : text("tag " + random.nextInt(20)));
        }
        yield tags;
      }
      case "counts" -> {
        List<Object> entries = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          entries.add(
              Arrays.asList(
                  text("key " + i), random.nextInt(5) == 0 ? null : (Long) random.nextLong()));
        }
        yield entries;
      }
      case "lines" -> {
        List<Object> lines = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
          Type element = type.asGroupType().getType(0).asGroupType().getType(0);
          lines.add(random.nextInt(5) == 0 ? null : value(random, element, row));
        }
        yield lines;
      }
      default -> {
        List<Object> fields = new ArrayList<>();
        for (Type field : type.asGroupType().getFields()) {
          fields.add(random.nextInt(4) == 0 ? null : value(random, field, row));
        }
        yield fields;
      }
    };
  }

  private static String text(String text) {
    return ValueRows.hex(text.getBytes(StandardCharsets.UTF_8));
  }
}
