package io.dynamodblake.flatten;

import io.dynamodblake.json.ItemTape;
import io.dynamodblake.schema.Conversion;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.type.Base64Bytes;
import io.dynamodblake.type.Descriptor;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** The leaves of the decoder tree. */
final class ScalarDecoders {
  private static final long MICROS_A_MILLI = 1_000;

  private static final int MOST_COMPACT_PRECISION = 18;

  private ScalarDecoders() {}

  /**
   * The decoder of a scalar place. Descriptors and types have been checked against each other with
   * the schema.
   */
  static ValueDecoder of(ValueMapping.Scalar scalar) {
    LakeType type = scalar.type();
    Descriptor descriptor = scalar.descriptor();
    if (descriptor == Descriptor.NULL) {
      return new Nothing();
    }
    return switch (type.kind()) {
      case STRING -> descriptor == Descriptor.N ? new Digits() : new Text(descriptor);
      case BIGINT -> new Bigint();
      case INT -> new Int();
      case DOUBLE -> new Double();
      case BOOLEAN -> new Bool();
      case BINARY -> new Binary();
      case DATE -> new Date(TimeText.of(scalar));
      case TIMESTAMP ->
          descriptor == Descriptor.N
              ? new EpochTime(scalar.conversion())
              : new TextTime(TimeText.of(scalar));
      case DECIMAL ->
          type.precision() <= MOST_COMPACT_PRECISION
              ? new CompactDecimal(type.precision(), type.scale())
              : new WideDecimal(type.precision(), type.scale());
    };
  }

  /** An attribute that was NULL in every item observed: any other value is rescued. */
  private static final class Nothing extends ValueDecoder {
    Nothing() {
      super(Descriptor.NULL);
    }

    @Override
    boolean decodeValue(ItemTape tape, int node, ColumnSink sink, int ordinal, Misfits misfits) {
      return false;
    }
  }

  private static final class Text extends ValueDecoder {
    Text(Descriptor accepted) {
      super(accepted);
    }

    @Override
    boolean decodeValue(ItemTape tape, int node, ColumnSink sink, int ordinal, Misfits misfits) {
      int start = tape.valueStart(node);
      sink.putBytes(ordinal, tape.valueBytes(node), start, tape.valueEnd(node) - start);
      return true;
    }
  }

  private static final class Bool extends ValueDecoder {
    Bool() {
      super(Descriptor.BOOL);
    }

    @Override
    boolean decodeValue(ItemTape tape, int node, ColumnSink sink, int ordinal, Misfits misfits) {
      sink.putBoolean(ordinal, tape.bool(node));
      return true;
    }
  }

  private static final class Binary extends ValueDecoder {
    private final Base64Bytes base64 = new Base64Bytes();

    Binary() {
      super(Descriptor.B);
    }

    @Override
    boolean decodeValue(ItemTape tape, int node, ColumnSink sink, int ordinal, Misfits misfits) {
      int length = base64.decode(tape.valueBytes(node), tape.valueStart(node), tape.valueEnd(node));
      sink.putBytes(ordinal, base64.decoded(), 0, length);
      return true;
    }
  }

  /** Leaves for N share the reading of digits. */
  private abstract static class NumberDecoder extends ValueDecoder {
    private final NumberText number = new NumberText();

    NumberDecoder() {
      super(Descriptor.N);
    }

    /** The number of a node, until the next one is read. */
    final NumberText read(ItemTape tape, int node) {
      number.read(tape, node);
      return number;
    }
  }

  private static final class Digits extends NumberDecoder {
    @Override
    boolean decodeValue(ItemTape tape, int node, ColumnSink sink, int ordinal, Misfits misfits) {
      read(tape, node).putCanonical(sink, ordinal);
      return true;
    }
  }

  private static final class Bigint extends NumberDecoder {
    @Override
    boolean decodeValue(ItemTape tape, int node, ColumnSink sink, int ordinal, Misfits misfits) {
      NumberText number = read(tape, node);
      if (!number.fitsLong(0)) {
        return false;
      }
      sink.putLong(ordinal, number.scaled());
      return true;
    }
  }

  private static final class Int extends NumberDecoder {
    @Override
    boolean decodeValue(ItemTape tape, int node, ColumnSink sink, int ordinal, Misfits misfits) {
      NumberText number = read(tape, node);
      if (!number.fitsLong(0) || number.scaled() != (int) number.scaled()) {
        return false;
      }
      sink.putInt(ordinal, (int) number.scaled());
      return true;
    }
  }

  /** Lossy, and only where the user asked for it. */
  private static final class Double extends NumberDecoder {
    @Override
    boolean decodeValue(ItemTape tape, int node, ColumnSink sink, int ordinal, Misfits misfits) {
      sink.putDouble(ordinal, read(tape, node).nearestDouble());
      return true;
    }
  }

  private static final class CompactDecimal extends NumberDecoder {
    private final int precision;
    private final int scale;
    private final long bound;

    CompactDecimal(int precision, int scale) {
      this.precision = precision;
      this.scale = scale;
      this.bound = BigDecimal.TEN.pow(precision).longValueExact();
    }

    @Override
    boolean decodeValue(ItemTape tape, int node, ColumnSink sink, int ordinal, Misfits misfits) {
      NumberText number = read(tape, node);
      if (!number.fitsLong(scale) || number.scaled() >= bound || number.scaled() <= -bound) {
        return false;
      }
      sink.putDecimal(ordinal, number.scaled(), precision, scale);
      return true;
    }
  }

  private static final class WideDecimal extends NumberDecoder {
    private final int precision;
    private final int scale;

    WideDecimal(int precision, int scale) {
      this.precision = precision;
      this.scale = scale;
    }

    @Override
    boolean decodeValue(ItemTape tape, int node, ColumnSink sink, int ordinal, Misfits misfits) {
      BigDecimal exact = read(tape, node).exact().stripTrailingZeros();
      if (exact.scale() > scale || exact.precision() - exact.scale() > precision - scale) {
        return false;
      }
      sink.putDecimal(ordinal, exact.setScale(scale, RoundingMode.UNNECESSARY), precision, scale);
      return true;
    }
  }

  /**
   * Epoch seconds, milliseconds or microseconds to a timestamp. Finer digits are dropped there and
   * kept in the rescued column.
   */
  private static final class EpochTime extends NumberDecoder {
    private final int millisScale;

    EpochTime(Conversion conversion) {
      this.millisScale = millisScale(conversion);
    }

    @Override
    boolean decodeValue(ItemTape tape, int node, ColumnSink sink, int ordinal, Misfits misfits) {
      NumberText number = read(tape, node);
      boolean exact = number.floor(millisScale);
      if (number.tooLarge() || TimeText.isOutside(number.scaled())) {
        return false;
      }
      sink.putLong(ordinal, number.scaled() * MICROS_A_MILLI);
      if (!exact) {
        misfits.keep(node);
      }
      return true;
    }
  }

  private static final class TextTime extends ValueDecoder {
    private final TimeText time;

    TextTime(TimeText time) {
      super(Descriptor.S);
      this.time = time;
    }

    @Override
    boolean decodeValue(ItemTape tape, int node, ColumnSink sink, int ordinal, Misfits misfits) {
      IsoTime.Form form =
          time.readTime(tape.valueBytes(node), tape.valueStart(node), tape.valueEnd(node));
      if (form == IsoTime.Form.NONE) {
        return false;
      }
      sink.putLong(ordinal, time.epochMillis() * MICROS_A_MILLI);
      if (form == IsoTime.Form.OTHER) {
        misfits.keep(node);
      }
      return true;
    }
  }

  private static final class Date extends ValueDecoder {
    private final TimeText time;

    Date(TimeText time) {
      super(Descriptor.S);
      this.time = time;
    }

    @Override
    boolean decodeValue(ItemTape tape, int node, ColumnSink sink, int ordinal, Misfits misfits) {
      IsoTime.Form form =
          time.readDate(tape.valueBytes(node), tape.valueStart(node), tape.valueEnd(node));
      if (form == IsoTime.Form.NONE) {
        return false;
      }
      sink.putInt(ordinal, time.epochDay());
      if (form == IsoTime.Form.OTHER) {
        misfits.keep(node);
      }
      return true;
    }
  }

  /** By which power of ten the numbers of an epoch are shifted to be milliseconds. */
  static int millisScale(Conversion conversion) {
    return switch (conversion) {
      case EPOCH_SECONDS -> 3;
      case EPOCH_MICROS -> -3;
      default -> 0;
    };
  }
}
