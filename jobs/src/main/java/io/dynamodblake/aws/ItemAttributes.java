package io.dynamodblake.aws;

import io.dynamodblake.type.Descriptor;
import io.dynamodblake.type.ItemWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Hands items of the SDK to an {@link ItemWriter}. */
final class ItemAttributes {
  private ItemAttributes() {}

  static void write(Map<String, AttributeValue> item, ItemWriter writer) {
    writer.beginItem();
    members(item, writer);
    writer.endItem();
  }

  private static void members(Map<String, AttributeValue> map, ItemWriter writer) {
    for (Map.Entry<String, AttributeValue> member : map.entrySet()) {
      byte[] name = bytes(member.getKey());
      writer.name(name, 0, name.length);
      value(member.getValue(), writer);
    }
  }

  private static void value(AttributeValue value, ItemWriter writer) {
    switch (value.type()) {
      case S -> text(value.s(), writer);
      case N -> number(value.n(), writer);
      case B -> binary(value.b(), writer);
      case BOOL -> writer.bool(value.bool());
      case NUL -> writer.nullValue();
      case SS -> {
        writer.beginSet(Descriptor.SS);
        value.ss().forEach(member -> text(member, writer));
        writer.endSet();
      }
      case NS -> {
        writer.beginSet(Descriptor.NS);
        value.ns().forEach(member -> number(member, writer));
        writer.endSet();
      }
      case BS -> {
        writer.beginSet(Descriptor.BS);
        value.bs().forEach(member -> binary(member, writer));
        writer.endSet();
      }
      case L -> {
        writer.beginList();
        list(value.l(), writer);
        writer.endList();
      }
      case M -> {
        writer.beginMap();
        members(value.m(), writer);
        writer.endMap();
      }
      case UNKNOWN_TO_SDK_VERSION ->
          throw new AwsFailureException(
              "Cannot read an item: it has a type that this version does not know; use a newer dynamodb-lake");
    }
  }

  private static void list(List<AttributeValue> elements, ItemWriter writer) {
    for (AttributeValue element : elements) {
      value(element, writer);
    }
  }

  private static void text(String text, ItemWriter writer) {
    byte[] utf8 = bytes(text);
    writer.text(utf8, 0, utf8.length);
  }

  private static void number(String digits, ItemWriter writer) {
    byte[] ascii = bytes(digits);
    writer.number(ascii, 0, ascii.length);
  }

  private static void binary(SdkBytes value, ItemWriter writer) {
    byte[] bytes = value.asByteArrayUnsafe();
    writer.binary(bytes, 0, bytes.length);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
