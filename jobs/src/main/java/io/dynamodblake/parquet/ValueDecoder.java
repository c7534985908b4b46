package io.dynamodblake.parquet;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.parquet.bytes.ByteBufferInputStream;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.ValuesType;
import org.apache.parquet.column.values.ValuesReader;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * Values of one column out of pages: the plain encoding without an object for each value, all
 * others by parquet-java.
 */
final class ValueDecoder {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final ColumnDescriptor column;
  private final PrimitiveTypeName type;
  private final int fixedLength;

  ValueDecoder(ColumnDescriptor column) {
    this.column = column;
    this.type = column.getPrimitiveType().getPrimitiveTypeName();
    this.fixedLength = column.getPrimitiveType().getTypeLength();
  }

  /**
   * Decodes the values of a page or dictionary.
   *
   * @param offset where they begin in the page, which they reach the end of
   * @throws RuntimeException of any kind if that is not what is there
   */
  void decode(Encoding encoding, byte[] page, int offset, int count, DecodedValues into)
      throws IOException {
    if (encoding == Encoding.PLAIN) {
      decodePlain(page, offset, count, into);
    } else {
      decodeByReader(encoding, page, offset, count, into);
    }
  }

  /** The plain encoding, which dictionaries have, too. */
  void decodePlain(byte[] page, int offset, int count, DecodedValues into) {
    switch (type) {
      case INT32 -> {
        into.beginNumbers(count);
        for (int i = 0, at = offset; i < count; i++, at += Integer.BYTES) {
          into.numbers[i] = (int) INT.get(page, at);
        }
      }
      case INT64, DOUBLE -> {
        into.beginNumbers(count);
        for (int i = 0, at = offset; i < count; i++, at += Long.BYTES) {
          into.numbers[i] = (long) LONG.get(page, at);
        }
      }
      case BOOLEAN -> {
        into.beginNumbers(count);
        for (int i = 0; i < count; i++) {
          into.numbers[i] = page[offset + (i >>> 3)] >>> (i & 7) & 1;
        }
      }
      case BINARY -> {
        into.beginBytes(count, page);
        for (int i = 0, at = offset; i < count; i++) {
          int start = at + Integer.BYTES;
          int end = Math.addExact(start, (int) INT.get(page, at));
          place(i, start, end, into);
          at = end;
        }
      }
      case FIXED_LEN_BYTE_ARRAY -> {
        into.beginBytes(count, page);
        for (int i = 0, at = offset; i < count; i++, at += fixedLength) {
          place(i, at, Math.addExact(at, fixedLength), into);
        }
      }
      case FLOAT, INT96 -> throw unexpected();
    }
  }

  private static void place(int index, int start, int end, DecodedValues into) {
    if (end < start || end > into.bytes.length) {
      throw new ParquetDecodingException("A value does not fit into its page");
    }
    into.starts[index] = start;
    into.ends[index] = end;
  }

  private void decodeByReader(
      Encoding encoding, byte[] page, int offset, int count, DecodedValues into)
      throws IOException {
    ValuesReader reader = encoding.getValuesReader(column, ValuesType.VALUES);
    ByteBuffer values = ByteBuffer.wrap(page, offset, page.length - offset).slice();
    reader.initFromPage(count, ByteBufferInputStream.wrap(values));
    if (type == PrimitiveTypeName.BINARY || type == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY) {
      into.beginBytes(count, new byte[page.length]);
      for (int i = 0; i < count; i++) {
        into.append(i, reader.readBytes().getBytesUnsafe());
      }
      return;
    }
    into.beginNumbers(count);
    for (int i = 0; i < count; i++) {
      into.numbers[i] =
          switch (type) {
            case INT32 -> reader.readInteger();
            case INT64 -> reader.readLong();
            case DOUBLE -> Double.doubleToRawLongBits(reader.readDouble());
            case BOOLEAN -> reader.readBoolean() ? 1 : 0;
            default -> throw unexpected();
          };
    }
  }

  private IllegalStateException unexpected() {
    return new IllegalStateException("No column that is copied is of type " + type);
  }
}
