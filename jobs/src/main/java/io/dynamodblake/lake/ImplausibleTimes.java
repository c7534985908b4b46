package io.dynamodblake.lake;

import static org.apache.spark.sql.functions.not;

import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.Protection;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.ValueMapping;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;

/**
 * Finds columns of times that are all implausible, such as seconds that were read as milliseconds
 * and are all of January 1970. Nobody looks at values for it: the least and the most of each row
 * group stand in the footers, which whoever counts rows reads anyway. Driver only.
 */
public final class ImplausibleTimes {
  private static final long FIRST_MILLI = Instant.parse("1990-01-01T00:00:00Z").toEpochMilli();
  private static final String FIRST_YEAR = "1990";
  private static final String YEAR_AFTER = "2101";
  static final int PARTS = 3;
  private static final long LAST_MILLI = Instant.parse("2100-12-31T23:59:59.999Z").toEpochMilli();

  /** Where the times of one column lie, as far as footers tell. */
  private enum Span {
    BEFORE("before 1990"),
    AFTER("after 2100"),
    BOTH("before 1990 or after 2100"),
    PLAUSIBLE("");

    private final String words;

    Span(String words) {
      this.words = words;
    }

    Span join(Span other) {
      if (this == other) {
        return this;
      }
      return this == PLAUSIBLE || other == PLAUSIBLE ? PLAUSIBLE : BOTH;
    }
  }

  private final TableSchema schema;
  private final boolean any;
  private final Map<String, Span> spans = new HashMap<>();

  /** Looks for columns of this schema. */
  public ImplausibleTimes(TableSchema schema) {
    this.schema = schema;
    this.any = schema.writtenColumns().stream().anyMatch(ImplausibleTimes::holdsTimes);
  }

  /** Returns the names of columns that are times, and not within other values. */
  List<String> columns() {
    return schema.writtenColumns().stream()
        .filter(ImplausibleTimes::holdsTimes)
        .filter(column -> column.mapping() instanceof ValueMapping.Scalar)
        .map(Column::name)
        .toList();
  }

  /** Whether a time that is written as text by ISO 8601 is plausible, is before, and is after. */
  static List<org.apache.spark.sql.Column> partsOfText(org.apache.spark.sql.Column text) {
    org.apache.spark.sql.Column plausible = text.geq(FIRST_YEAR).and(text.lt(YEAR_AFTER));
    // +10000 and on; BC begins with another sign, and both signs come before digits
    org.apache.spark.sql.Column late = text.geq(YEAR_AFTER).or(text.startsWith("+"));
    return List.of(plausible, text.lt(FIRST_YEAR).and(not(text.startsWith("+"))), late);
  }

  /** Takes which of {@link #partsOfText} there are in a column. */
  void add(String column, List<Boolean> parts) {
    boolean before = parts.get(1);
    boolean after = parts.get(2);
    if (parts.contains(true)) {
      Span span = before && after ? Span.BOTH : before ? Span.BEFORE : Span.AFTER;
      spans.merge(column, parts.get(0) ? Span.PLAUSIBLE : span, Span::join);
    }
  }

  /** Takes the footer of a file that this program has written; called by any thread. */
  void add(FileMetaData footer) {
    if (!any) {
      return;
    }
    Map<String, Span> ofFile;
    try {
      ofFile = spans(new ParquetMetadataConverter().fromParquetMetadata(footer));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    synchronized (spans) {
      ofFile.forEach((path, span) -> spans.merge(path, span, Span::join));
    }
  }

  /**
   * Returns one sentence for each column, without its values; a column with a single plausible time
   * has none.
   */
  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    for (Column column : schema.writtenColumns()) {
      spans.forEach(
          (path, span) -> {
            boolean ofColumn = path.equals(column.name()) || path.startsWith(column.name() + ".");
            if (ofColumn && span != Span.PLAUSIBLE) {
              notes.add(
                  "All times of column %s are %s; if they should not be, its \"from\" in schema.json has the wrong unit"
                      .formatted(path, span.words));
            }
          });
    }
    return notes;
  }

  private static boolean holdsTimes(Column column) {
    return column.protection() == Protection.NONE && holdsTimes(column.mapping());
  }

  private static boolean holdsTimes(ValueMapping mapping) {
    if (mapping instanceof ValueMapping.Scalar scalar) {
      LakeType.Kind kind = scalar.type().kind();
      return kind == LakeType.Kind.TIMESTAMP || kind == LakeType.Kind.DATE;
    }
    if (mapping instanceof ValueMapping.Sequence sequence) {
      return holdsTimes(sequence.element());
    }
    if (mapping instanceof ValueMapping.OpenMap map) {
      return holdsTimes(map.value());
    }
    return mapping instanceof ValueMapping.Struct struct
        && struct.fields().stream().anyMatch(field -> holdsTimes(field.mapping()));
  }

  private static Map<String, Span> spans(ParquetMetadata footer) {
    Map<String, Span> spans = new HashMap<>();
    for (BlockMetaData block : footer.getBlocks()) {
      for (ColumnChunkMetaData chunk : block.getColumns()) {
        LogicalTypeAnnotation type = chunk.getPrimitiveType().getLogicalTypeAnnotation();
        boolean day = type instanceof DateLogicalTypeAnnotation;
        Statistics<?> statistics = chunk.getStatistics();
        if ((day || type instanceof TimestampLogicalTypeAnnotation) && statistics != null) {
          if (statistics.getNumNulls() == chunk.getValueCount()) {
            continue;
          }
          Span span =
              statistics.hasNonNullValue()
                  ? span(
                      millis(type, (Number) statistics.genericGetMin()),
                      millis(type, (Number) statistics.genericGetMax()))
                  : Span.PLAUSIBLE; // nobody knows
          spans.merge(chunk.getPath().toDotString(), span, Span::join);
        }
      }
    }
    return spans;
  }

  private static long millis(LogicalTypeAnnotation type, Number value) {
    if (type instanceof TimestampLogicalTypeAnnotation timestamp) {
      return switch (timestamp.getUnit()) {
        case MILLIS -> value.longValue();
        case MICROS -> TimeUnit.MICROSECONDS.toMillis(value.longValue());
        case NANOS -> TimeUnit.NANOSECONDS.toMillis(value.longValue());
      };
    }
    return TimeUnit.DAYS.toMillis(value.longValue());
  }

  private static Span span(long least, long most) {
    if (most < FIRST_MILLI) {
      return Span.BEFORE;
    }
    return least > LAST_MILLI ? Span.AFTER : Span.PLAUSIBLE;
  }
}
