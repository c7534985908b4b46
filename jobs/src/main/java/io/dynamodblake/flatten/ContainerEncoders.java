package io.dynamodblake.flatten;

import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.type.Descriptor;
import io.dynamodblake.type.ItemWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The inner nodes of the encoder tree, each the inverse of its twin in {@link ContainerDecoders}.
 */
final class ContainerEncoders {
  private ContainerEncoders() {}

  /** The encoder tree of a place. */
  static ValueEncoder of(ValueMapping mapping) {
    if (mapping instanceof ValueMapping.Scalar scalar) {
      return ScalarEncoders.of(scalar);
    }
    if (mapping instanceof ValueMapping.Sequence sequence) {
      ValueEncoder element = of(sequence.element());
      return sequence.descriptor().isSet()
          ? new SetEncoder(sequence.descriptor(), element)
          : new ListEncoder(element);
    }
    if (mapping instanceof ValueMapping.Struct struct) {
      return struct.isText() ? new JsonTextEncoder(struct) : new StructEncoder(struct.fields());
    }
    if (mapping instanceof ValueMapping.OpenMap map) {
      return new MapEncoder(of(map.value()));
    }
    return new JsonEncoder();
  }

  private static final class JsonEncoder extends ValueEncoder {
    @Override
    void encodeValue(ColumnSource source, int ordinal, Overlay told, Encoding encoding)
        throws ItemDefectException {
      source.textAt(ordinal, encoding.slice());
      encoding.writeJson(encoding.slice(), "a value of type dynamodb-json");
    }
  }

  private static final class ListEncoder extends ValueEncoder {
    private final ValueEncoder element;

    ListEncoder(ValueEncoder element) {
      this.element = element;
    }

    @Override
    boolean holdsPlaces() {
      return true;
    }

    @Override
    void encodeValue(ColumnSource source, int ordinal, Overlay told, Encoding encoding)
        throws ItemDefectException {
      ColumnSource elements = source.arrayAt(ordinal);
      encoding.writer().beginList();
      for (int i = 0; i < elements.size(); i++) {
        element.encode(elements, i, told == null ? null : told.take(i), encoding);
      }
      encoding.writer().endList();
      if (told != null && !told.isEmpty()) {
        throw encoding.defect("ddb_nulls or ddb_rescued names an element that is not there");
      }
    }
  }

  private static final class SetEncoder extends ValueEncoder {
    private final Descriptor set;
    private final ValueEncoder member;

    SetEncoder(Descriptor set, ValueEncoder member) {
      this.set = set;
      this.member = member;
    }

    @Override
    void encodeValue(ColumnSource source, int ordinal, Overlay told, Encoding encoding)
        throws ItemDefectException {
      ColumnSource members = source.arrayAt(ordinal);
      if (members.size() == 0) {
        throw encoding.defect("a set is empty, which DynamoDB does not have");
      }
      encoding.writer().beginSet(set);
      for (int i = 0; i < members.size(); i++) {
        if (members.isNull(i)) {
          throw encoding.defect("NULL in a set, which DynamoDB does not have");
        }
        member.encodeValue(members, i, null, encoding);
      }
      encoding.writer().endSet();
    }
  }

  private static final class StructEncoder extends ValueEncoder {
    private final String[] attributes;
    private final byte[][] names;
    private final ValueEncoder[] fields;

    StructEncoder(List<ValueMapping.Field> fields) {
      this.attributes = fields.stream().map(ValueMapping.Field::attribute).toArray(String[]::new);
      this.names =
          fields.stream()
              .map(field -> field.attribute().getBytes(StandardCharsets.UTF_8))
              .toArray(byte[][]::new);
      this.fields =
          fields.stream()
              .map(field -> ContainerEncoders.of(field.mapping()))
              .toArray(ValueEncoder[]::new);
    }

    @Override
    boolean holdsPlaces() {
      return true;
    }

    @Override
    void encodeValue(ColumnSource source, int ordinal, Overlay told, Encoding encoding)
        throws ItemDefectException {
      ColumnSource struct = source.structAt(ordinal, fields.length);
      encoding.writer().beginMap();
      for (int i = 0; i < fields.length; i++) {
        Overlay toldOfField = told == null ? null : told.take(attributes[i]);
        fields[i].encodeEntry(names[i], struct, i, toldOfField, encoding);
      }
      if (told != null) {
        encoding.writeLeft(told, false);
      }
      encoding.writer().endMap();
    }
  }

  private static final class MapEncoder extends ValueEncoder {
    private final ValueEncoder value;
    private final ByteSlice name = new ByteSlice();

    MapEncoder(ValueEncoder value) {
      this.value = value;
    }

    @Override
    boolean holdsPlaces() {
      return true;
    }

    @Override
    void encodeValue(ColumnSource source, int ordinal, Overlay told, Encoding encoding)
        throws ItemDefectException {
      ColumnSource keys = source.mapKeysAt(ordinal);
      ColumnSource values = source.mapValuesAt(ordinal);
      ItemWriter writer = encoding.writer();
      writer.beginMap();
      for (int i = 0; i < keys.size(); i++) {
        keys.textAt(i, name);
        Overlay toldOfValue = null;
        if (told != null) {
          toldOfValue =
              told.take(
                  new String(name.bytes(), name.offset(), name.length(), StandardCharsets.UTF_8));
        }
        writer.name(name.bytes(), name.offset(), name.length());
        value.encode(values, i, toldOfValue, encoding);
      }
      if (told != null) {
        encoding.writeLeft(told, false);
      }
      writer.endMap();
    }
  }
}
