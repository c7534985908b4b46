package io.dynamodblake.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.junit.jupiter.api.Test;

class BytesBufferTest {
  private static final int PAGE_BYTES = 1 << 10;
  private static final int VALUES = 200_000;

  /** Counts how often memory is taken: what is longer by one value at a time is copied so often. */
  private static final class CountingGauge extends MemoryGauge {
    private int changes;

    @Override
    void add(long more) {
      changes++;
      super.add(more);
    }
  }

  private static ColumnDescriptor texts() {
    return new MessageType(
            "rows",
            Types.repeated(PrimitiveTypeName.BINARY)
                .as(LogicalTypeAnnotation.stringType())
                .named("texts"))
        .getColumns()
        .get(0);
  }

  @Test
  void aRowOfVeryManyValuesIsNotCopiedForEachOfThem() {
    CountingGauge gauge = new CountingGauge();
    try (PageCompressor compressor = new PageCompressor(1)) {
      BytesBuffer buffer = new BytesBuffer(texts(), PAGE_BYTES, compressor, gauge);
      for (int i = 0; i < VALUES; i++) {
        byte[] value = "attribute-%06d".formatted(i).getBytes(StandardCharsets.UTF_8);
        buffer.addBytes(i == 0 ? 0 : 1, value, 0, value.length);
      }
      assertThat(buffer.valueBytes()).isGreaterThan(VALUES * "attribute-000000".length());
      assertThat(gauge.changes).isLessThan(200);
      assertThat(gauge.bytes()).isLessThan(4L * buffer.valueBytes());
    }
  }
}
