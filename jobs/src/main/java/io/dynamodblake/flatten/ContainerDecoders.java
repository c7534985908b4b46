package io.dynamodblake.flatten;

import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.NameFinder;
import io.dynamodblake.json.NameTable;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.type.Descriptor;
import java.util.List;

/** The inner nodes of the decoder tree. */
final class ContainerDecoders {
  private ContainerDecoders() {}

  /** The decoder tree of a place. */
  static ValueDecoder of(ValueMapping mapping) {
    if (mapping instanceof ValueMapping.Scalar scalar) {
      return ScalarDecoders.of(scalar);
    }
    if (mapping instanceof ValueMapping.Sequence sequence) {
      ValueDecoder element = of(sequence.element());
      return sequence.descriptor().isSet()
          ? new SetDecoder(sequence.descriptor(), element)
          : new ListDecoder(element);
    }
    if (mapping instanceof ValueMapping.Struct struct) {
      return struct.isText() ? new JsonTextDecoder(struct) : new StructDecoder(struct.fields());
    }
    if (mapping instanceof ValueMapping.OpenMap map) {
      return new MapDecoder(of(map.value()));
    }
    return new JsonDecoder();
  }

  /** Values of any descriptor, kept as DynamoDB JSON. */
  private static final class JsonDecoder extends ValueDecoder {
    JsonDecoder() {
      super(Descriptor.S);
    }

    @Override
    void decode(ItemTape tape, int node, ColumnSink sink, int ordinal, Misfits misfits) {
      int start = tape.rawStart(node);
      sink.putBytes(ordinal, tape.line(), start, tape.rawEnd(node) - start);
    }

    @Override
    boolean decodeValue(ItemTape tape, int node, ColumnSink sink, int ordinal, Misfits misfits) {
      throw new AssertionError("JSON text is kept by decode() for every descriptor");
    }
  }

  private static final class ListDecoder extends ValueDecoder {
    private final ValueDecoder element;

    ListDecoder(ValueDecoder element) {
      super(Descriptor.L);
      this.element = element;
    }

    @Override
    boolean decodeValue(ItemTape tape, int node, ColumnSink sink, int ordinal, Misfits misfits) {
      int size = tape.childCount(node);
      ColumnSink elements = sink.beginArray(ordinal, size);
      int child = tape.firstChild(node);
      for (int i = 0; i < size; i++, child = tape.next(child)) {
        element.decode(tape, child, elements, i, misfits);
      }
      sink.endArray(ordinal);
      return true;
    }
  }

  /** A set goes into its column or is rescued as a whole: a set with holes would be another set. */
  private static final class SetDecoder extends ValueDecoder {
    private static final ColumnSink NOWHERE = new DiscardingSink();

    private final ValueDecoder member;
    private final boolean mayMisfit;

    SetDecoder(Descriptor set, ValueDecoder member) {
      super(set);
      this.member = member;
      this.mayMisfit = set == Descriptor.NS;
    }

    @Override
    boolean decodeValue(ItemTape tape, int node, ColumnSink sink, int ordinal, Misfits misfits) {
      int size = tape.childCount(node);
      int child = tape.firstChild(node);
      if (mayMisfit) {
        for (int i = 0; i < size; i++, child++) {
          if (!member.decodeValue(tape, child, NOWHERE, i, misfits)) {
            return false;
          }
        }
        child = tape.firstChild(node);
      }
      ColumnSink members = sink.beginArray(ordinal, size);
      for (int i = 0; i < size; i++, child++) {
        member.decodeValue(tape, child, members, i, misfits);
      }
      sink.endArray(ordinal);
      return true;
    }
  }

  private static final class StructDecoder extends ValueDecoder {
    private final NameFinder names;
    private final ValueDecoder[] fields;

    StructDecoder(List<ValueMapping.Field> fields) {
      super(Descriptor.M);
      this.names =
          new NameFinder(
              new NameTable(fields.stream().map(ValueMapping.Field::attribute).toList()));
      this.fields =
          fields.stream()
              .map(field -> ContainerDecoders.of(field.mapping()))
              .toArray(ValueDecoder[]::new);
    }

    @Override
    boolean decodeValue(ItemTape tape, int node, ColumnSink sink, int ordinal, Misfits misfits) {
      ColumnSink struct = sink.beginStruct(ordinal);
      int child = tape.firstChild(node);
      int expected = 0;
      for (int i = tape.childCount(node); i > 0; i--, child = tape.next(child)) {
        int field = names.find(tape, child, expected);
        if (field >= 0) {
          expected = field + 1;
          fields[field].decode(tape, child, struct, field, misfits);
        } else {
          misfits.rescue(child);
        }
      }
      sink.endStruct(ordinal);
      return true;
    }
  }

  private static final class MapDecoder extends ValueDecoder {
    private final ValueDecoder value;

    MapDecoder(ValueDecoder value) {
      super(Descriptor.M);
      this.value = value;
    }

    @Override
    boolean decodeValue(ItemTape tape, int node, ColumnSink sink, int ordinal, Misfits misfits) {
      int size = tape.childCount(node);
      ColumnSink keys = sink.beginMapKeys(ordinal, size);
      int child = tape.firstChild(node);
      for (int i = 0; i < size; i++, child = tape.next(child)) {
        int start = tape.nameStart(child);
        keys.putBytes(i, tape.nameBytes(child), start, tape.nameEnd(child) - start);
      }
      ColumnSink values = sink.beginMapValues(ordinal);
      child = tape.firstChild(node);
      for (int i = 0; i < size; i++, child = tape.next(child)) {
        value.decode(tape, child, values, i, misfits);
      }
      sink.endMap(ordinal);
      return true;
    }
  }
}
