package io.dynamodblake.flatten;

import io.dynamodblake.schema.ValueMapping;

/** The inverse of {@link JsonTextDecoder}: a struct as the one JSON text that it stands for. */
final class JsonTextEncoder extends ValueEncoder {
  private final ValueEncoder struct;
  private final Encoding inner = new Encoding();
  private final JsonTextWriter printer = new JsonTextWriter();

  JsonTextEncoder(ValueMapping.Struct mapping) {
    this.struct = ContainerEncoders.of(new ValueMapping.Struct(mapping.fields()));
  }

  @Override
  void encodeValue(ColumnSource source, int ordinal, Overlay told, Encoding encoding)
      throws ItemDefectException {
    printer.reset();
    inner.begin(printer);
    try {
      struct.encodeValue(source, ordinal, null, inner);
    } catch (ItemDefectException e) {
      throw encoding.defect(e.getMessage() + ", in JSON text");
    }
    byte[] text = printer.text();
    encoding.writer().text(text, 0, text.length);
  }
}
