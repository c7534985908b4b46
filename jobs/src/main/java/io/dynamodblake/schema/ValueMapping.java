package io.dynamodblake.schema;

import io.dynamodblake.type.Descriptor;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * How the values of one place (a column, a struct field, a list element, a map value) become lake
 * values.
 */
public sealed interface ValueMapping extends Serializable {

  /**
   * Returns the descriptor whose values fit; every other one is rescued, NULL goes to {@code
   * ddb_nulls}.
   */
  Descriptor descriptor();

  /**
   * S, N, B, BOOL to one scalar; also an attribute that was only ever NULL (descriptor NULL, type
   * string, always null).
   *
   * @param conversion {@link Conversion#NONE} unless the type is timestamp or date
   * @param format {@link TimeFormat#NONE} unless the conversion is {@link Conversion#FORMAT}
   */
  record Scalar(Descriptor descriptor, LakeType type, Conversion conversion, TimeFormat format)
      implements ValueMapping {
    private static final long serialVersionUID = 1L;

    public Scalar {
      Objects.requireNonNull(type, "type is null");
      Objects.requireNonNull(conversion, "conversion is null");
      if (format.equals(TimeFormat.NONE) == (conversion == Conversion.FORMAT)) {
        throw new IllegalArgumentException("A format goes with the conversion by format");
      }
      if (descriptor.isContainer()) {
        throw new IllegalArgumentException("Not a scalar descriptor: " + descriptor);
      }
    }

    /** A mapping without a format. */
    public Scalar(Descriptor descriptor, LakeType type, Conversion conversion) {
      this(descriptor, type, conversion, TimeFormat.NONE);
    }

    /** Returns how texts in a format become timestamps or dates. */
    public static Scalar of(LakeType type, TimeFormat format) {
      return new Scalar(Descriptor.S, type, Conversion.FORMAT, format);
    }

    /** Returns the same with another type. */
    Scalar withType(LakeType other) {
      return new Scalar(descriptor, other, conversion, format);
    }

    /** Returns a mapping without a conversion. */
    public static Scalar of(Descriptor descriptor, LakeType type) {
      return new Scalar(descriptor, type, Conversion.NONE);
    }
  }

  /** L, SS, NS or BS to an array. A set's element is the Scalar of its member descriptor. */
  record Sequence(Descriptor descriptor, ValueMapping element) implements ValueMapping {
    private static final long serialVersionUID = 1L;

    public Sequence {
      Objects.requireNonNull(element, "element is null");
      if (descriptor != Descriptor.L && !descriptor.isSet()) {
        throw new IllegalArgumentException("Not a list or set descriptor: " + descriptor);
      }
    }
  }

  /**
   * M with known keys to a struct of at least one field; or S that holds a JSON object, whose
   * values are mapped as if it were an M: objects inside as M, arrays as L.
   */
  record Struct(Descriptor descriptor, List<Field> fields) implements ValueMapping {
    private static final long serialVersionUID = 1L;

    /** A struct of an M. */
    public Struct(List<Field> fields) {
      this(Descriptor.M, fields);
    }

    public Struct {
      fields = List.copyOf(fields);
      if (descriptor != Descriptor.M && descriptor != Descriptor.S) {
        throw new IllegalArgumentException("Neither a map nor text: " + descriptor);
      }
      if (fields.isEmpty()) {
        throw new IllegalArgumentException("A struct needs at least one field");
      }
    }

    /** Whether it is made of JSON text. */
    public boolean isText() {
      return descriptor == Descriptor.S;
    }

    /** Returns the same with other fields. */
    public Struct with(List<Field> others) {
      return new Struct(descriptor, others);
    }
  }

  /** M with open-ended keys to {@code map<string,T>}. */
  record OpenMap(ValueMapping value) implements ValueMapping {
    private static final long serialVersionUID = 1L;

    public OpenMap {
      Objects.requireNonNull(value, "value is null");
    }

    @Override
    public Descriptor descriptor() {
      return Descriptor.M;
    }
  }

  /**
   * Values of any descriptor, NULL included, each kept whole as DynamoDB JSON in a {@code string}:
   * elements of mixed lists, values of open maps that do not agree. Nothing is ever rescued from
   * here.
   *
   * @param descriptor the most frequent descriptor seen; information only
   */
  record DynamoJson(Descriptor descriptor) implements ValueMapping {
    private static final long serialVersionUID = 1L;

    public DynamoJson {
      Objects.requireNonNull(descriptor, "descriptor is null");
    }
  }

  /**
   * A field of a struct.
   *
   * @param name field name in the lake, {@code [a-z_][a-z0-9_]*}, unique in its struct
   * @param attribute the key in the DynamoDB map, exactly
   */
  record Field(String name, String attribute, ValueMapping mapping) implements Serializable {
    private static final long serialVersionUID = 1L;

    public Field {
      Objects.requireNonNull(name, "name is null");
      Objects.requireNonNull(attribute, "attribute is null");
      Objects.requireNonNull(mapping, "mapping is null");
    }
  }
}
