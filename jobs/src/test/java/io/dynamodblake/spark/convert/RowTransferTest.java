package io.dynamodblake.spark.convert;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.Platform;
import org.junit.jupiter.api.Test;

class RowTransferTest {
  @Property(tries = 150)
  void whatArrivesIsTheRow(@ForAll long seed) {
    Random random = new Random(seed);
    StructType type = UnsafeRowSinkTest.randomStruct(random, 4);
    UnsafeProjection projection = UnsafeProjection.create(type);
    RowTransfer transfer = RowTransfer.of(type, type.size());
    UnsafeRowSink sink = UnsafeRowSink.forSchema(type);
    for (int i = 0; i < 5; i++) {
      InternalRow row = (InternalRow) UnsafeRowSinkTest.randomValue(random, type);
      UnsafeRow expected = projection.apply(row).copy();
      for (InternalRow from : new InternalRow[] {row, expected, inLongs(expected)}) {
        sink.begin();
        transfer.put(from, sink);
        assertThat(projection.apply(sink.row().copy()).copy()).isEqualTo(expected);
      }
    }
  }

  @Test
  void columnsBehindThoseThatArePutAreLeftOut() {
    StructType all = new StructType();
    StructType first = new StructType();
    Object[] values = new Object[130];
    for (int i = 0; i < values.length; i++) {
      all = all.add("c" + i, DataTypes.LongType);
      first = i < 100 ? first.add("c" + i, DataTypes.LongType) : first;
      values[i] = i % 3 == 0 ? null : (Object) (long) i;
    }
    UnsafeRow row = UnsafeProjection.create(all).apply(new GenericInternalRow(values));
    UnsafeRowSink sink = UnsafeRowSink.forSchema(first);
    sink.begin();
    RowTransfer.of(first, all.size()).put(row, sink);

    UnsafeRow put = sink.row();
    for (int i = 0; i < 100; i++) {
      assertThat(put.isNullAt(i)).isEqualTo(i % 3 == 0);
      if (i % 3 != 0) {
        assertThat(put.getLong(i)).isEqualTo(i);
      }
    }
  }

  /** As a sort has it. */
  private static UnsafeRow inLongs(UnsafeRow row) {
    long[] page = new long[row.getSizeInBytes() / Long.BYTES + 1];
    long start = Platform.LONG_ARRAY_OFFSET + Long.BYTES;
    row.writeToMemory(page, start);
    UnsafeRow same = new UnsafeRow(row.numFields());
    same.pointTo(page, start, row.getSizeInBytes());
    return same;
  }
}
