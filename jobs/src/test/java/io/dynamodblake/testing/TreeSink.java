package io.dynamodblake.testing;

import io.dynamodblake.flatten.ColumnSink;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A sink that keeps what it is given as plain objects, and fails where the contract of {@link
 * ColumnSink} is broken. Bytes become {@code hex:...}, since the sink does not know text from
 * binary.
 */
public final class TreeSink implements ColumnSink {
  private final Object[] values;
  private final boolean[] put;
  private int open = -1;
  private TreeSink nested;
  private TreeSink nestedKeys;

  public TreeSink(int size) {
    values = new Object[size];
    put = new boolean[size];
  }

  public List<Object> values() {
    if (open >= 0) {
      throw new AssertionError("A nested sink was not ended");
    }
    return new ArrayList<>(Arrays.asList(values));
  }

  /** What {@link #putBytes} keeps. */
  public static String hex(byte[] bytes) {
    return "hex:" + HexFormat.of().formatHex(bytes);
  }

  private void put(int ordinal, Object value) {
    if (open >= 0) {
      throw new AssertionError("A value was put while a nested sink is open");
    }
    if (put[ordinal]) {
      throw new AssertionError("Ordinal " + ordinal + " was put twice");
    }
    put[ordinal] = true;
    values[ordinal] = value;
  }

  @Override
  public void putNull(int ordinal) {
    put(ordinal, null);
  }

  @Override
  public void putBoolean(int ordinal, boolean value) {
    put(ordinal, value);
  }

  @Override
  public void putInt(int ordinal, int value) {
    put(ordinal, value);
  }

  @Override
  public void putLong(int ordinal, long value) {
    put(ordinal, value);
  }

  @Override
  public void putDouble(int ordinal, double value) {
    put(ordinal, value);
  }

  @Override
  public void putDecimal(int ordinal, long unscaled, int precision, int scale) {
    if (precision > 18) {
      throw new AssertionError("Not a compact decimal: precision " + precision);
    }
    put(ordinal, BigDecimal.valueOf(unscaled, scale));
  }

  @Override
  public void putDecimal(int ordinal, BigDecimal value, int precision, int scale) {
    if (value.scale() != scale || value.precision() > precision) {
      throw new AssertionError("Not a decimal(" + precision + "," + scale + "): " + value);
    }
    put(ordinal, value);
  }

  @Override
  public void putBytes(int ordinal, byte[] bytes, int offset, int length) {
    put(ordinal, hex(Arrays.copyOfRange(bytes, offset, offset + length)));
  }

  @Override
  public ColumnSink beginStruct(int ordinal) {
    // the number of fields is not known here: enough for every test
    return begin(ordinal, new TreeSink(64));
  }

  @Override
  public void endStruct(int ordinal) {
    TreeSink struct = end(ordinal);
    Map<Integer, Object> fields = new LinkedHashMap<>();
    for (int i = 0; i < struct.values.length; i++) {
      if (struct.values[i] != null) {
        fields.put(i, struct.values[i]);
      }
    }
    put(ordinal, fields);
  }

  @Override
  public ColumnSink beginArray(int ordinal, int size) {
    return begin(ordinal, new TreeSink(size));
  }

  @Override
  public void endArray(int ordinal) {
    put(ordinal, end(ordinal).values());
  }

  @Override
  public ColumnSink beginMapKeys(int ordinal, int size) {
    nestedKeys = new TreeSink(size);
    return begin(ordinal, nestedKeys);
  }

  @Override
  public ColumnSink beginMapValues(int ordinal) {
    end(ordinal);
    return begin(ordinal, new TreeSink(nestedKeys.values.length));
  }

  @Override
  public void endMap(int ordinal) {
    List<Object> mapValues = end(ordinal).values();
    Map<Object, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < mapValues.size(); i++) {
      map.put(nestedKeys.values[i], mapValues.get(i));
    }
    put(ordinal, map);
  }

  private TreeSink begin(int ordinal, TreeSink sink) {
    if (open >= 0) {
      throw new AssertionError("Two nested sinks are open");
    }
    open = ordinal;
    nested = sink;
    return sink;
  }

  private TreeSink end(int ordinal) {
    if (open != ordinal) {
      throw new AssertionError("Ended " + ordinal + ", but open is " + open);
    }
    open = -1;
    return nested;
  }
}
