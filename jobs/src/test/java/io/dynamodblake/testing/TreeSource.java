package io.dynamodblake.testing;

import io.dynamodblake.flatten.ByteSlice;
import io.dynamodblake.flatten.ColumnSource;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Reads back what a {@link TreeSink} keeps. */
public final class TreeSource implements ColumnSource {
  private final List<?> values;

  public TreeSource(List<?> values) {
    this.values = values;
  }

  @Override
  public int size() {
    return values.size();
  }

  @Override
  public boolean isNull(int ordinal) {
    return values.get(ordinal) == null;
  }

  @Override
  public boolean booleanAt(int ordinal) {
    return (Boolean) values.get(ordinal);
  }

  @Override
  public int intAt(int ordinal) {
    return (Integer) values.get(ordinal);
  }

  @Override
  public long longAt(int ordinal) {
    return (Long) values.get(ordinal);
  }

  @Override
  public double doubleAt(int ordinal) {
    return (Double) values.get(ordinal);
  }

  @Override
  public long unscaledAt(int ordinal, int precision, int scale) {
    return decimalAt(ordinal, precision, scale).unscaledValue().longValueExact();
  }

  @Override
  public BigDecimal decimalAt(int ordinal, int precision, int scale) {
    return ((BigDecimal) values.get(ordinal)).setScale(scale, RoundingMode.UNNECESSARY);
  }

  @Override
  public void textAt(int ordinal, ByteSlice into) {
    byte[] bytes = bytes(values.get(ordinal));
    // never at the start of its array, as in Spark's rows
    byte[] array = new byte[bytes.length + 5];
    System.arraycopy(bytes, 0, array, 3, bytes.length);
    into.set(array, 3, bytes.length);
  }

  @Override
  public void binaryAt(int ordinal, ByteSlice into) {
    textAt(ordinal, into);
  }

  private static byte[] bytes(Object hex) {
    return HexFormat.of().parseHex(((String) hex).substring("hex:".length()));
  }

  @Override
  public ColumnSource structAt(int ordinal, int fields) {
    Map<?, ?> struct = (Map<?, ?>) values.get(ordinal);
    List<Object> all = new ArrayList<>();
    for (int i = 0; i < fields; i++) {
      all.add(struct.get(i));
    }
    return new TreeSource(all);
  }

  @Override
  public ColumnSource arrayAt(int ordinal) {
    return new TreeSource((List<?>) values.get(ordinal));
  }

  @Override
  public ColumnSource mapKeysAt(int ordinal) {
    return new TreeSource(new ArrayList<>(((Map<?, ?>) values.get(ordinal)).keySet()));
  }

  @Override
  public ColumnSource mapValuesAt(int ordinal) {
    return new TreeSource(new ArrayList<>(((Map<?, ?>) values.get(ordinal)).values()));
  }
}
