package io.dynamodblake.aws;

import io.dynamodblake.type.Descriptor;
import io.dynamodblake.type.ItemWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Makes items of the SDK from what is written: the same digits, bytes and texts. One a thread. */
final class AttributeWriter implements ItemWriter {
  /** A container that is open. */
  private static final class Open {
    final Descriptor descriptor;
    final Map<String, AttributeValue> entries = new HashMap<>();
    final List<AttributeValue> elements = new ArrayList<>();
    final List<String> texts = new ArrayList<>();
    final List<SdkBytes> binaries = new ArrayList<>();
    String name;

    Open(Descriptor descriptor) {
      this.descriptor = descriptor;
    }
  }

  private final Deque<Open> open = new ArrayDeque<>();
  private Map<String, AttributeValue> item = Map.of();

  /** The item that was ended last. */
  Map<String, AttributeValue> item() {
    return item;
  }

  @Override
  public void beginItem() {
    open.clear();
    open.push(new Open(Descriptor.M));
  }

  @Override
  public void endItem() {
    item = open.pop().entries;
  }

  @Override
  public void name(byte[] utf8, int offset, int length) {
    open.element().name = text(utf8, offset, length, StandardCharsets.UTF_8);
  }

  private static String text(
      byte[] bytes, int offset, int length, java.nio.charset.Charset charset) {
    return new String(bytes, offset, length, charset);
  }

  private void add(AttributeValue value) {
    Open container = open.element();
    if (container.descriptor == Descriptor.M) {
      container.entries.put(container.name, value);
    } else {
      container.elements.add(value);
    }
  }

  @Override
  public void text(byte[] utf8, int offset, int length) {
    String text = text(utf8, offset, length, StandardCharsets.UTF_8);
    if (open.element().descriptor == Descriptor.SS) {
      open.element().texts.add(text);
    } else {
      add(AttributeValue.fromS(text));
    }
  }

  @Override
  public void number(byte[] ascii, int offset, int length) {
    String digits = text(ascii, offset, length, StandardCharsets.US_ASCII);
    if (open.element().descriptor == Descriptor.NS) {
      open.element().texts.add(digits);
    } else {
      add(AttributeValue.fromN(digits));
    }
  }

  @Override
  public void binary(byte[] bytes, int offset, int length) {
    SdkBytes copy =
        SdkBytes.fromByteArrayUnsafe(Arrays.copyOfRange(bytes, offset, offset + length));
    if (open.element().descriptor == Descriptor.BS) {
      open.element().binaries.add(copy);
    } else {
      add(AttributeValue.fromB(copy));
    }
  }

  @Override
  public void bool(boolean value) {
    add(AttributeValue.fromBool(value));
  }

  @Override
  public void nullValue() {
    add(AttributeValue.fromNul(true));
  }

  @Override
  public void beginList() {
    open.push(new Open(Descriptor.L));
  }

  @Override
  public void endList() {
    List<AttributeValue> elements = open.pop().elements;
    add(AttributeValue.fromL(elements));
  }

  @Override
  public void beginMap() {
    open.push(new Open(Descriptor.M));
  }

  @Override
  public void endMap() {
    Map<String, AttributeValue> entries = open.pop().entries;
    add(AttributeValue.fromM(entries));
  }

  @Override
  public void beginSet(Descriptor set) {
    open.push(new Open(set));
  }

  @Override
  public void endSet() {
    Open set = open.pop();
    add(
        switch (set.descriptor) {
          case SS -> AttributeValue.fromSs(set.texts);
          case NS -> AttributeValue.fromNs(set.texts);
          case BS -> AttributeValue.fromBs(set.binaries);
          default -> throw new IllegalStateException("No set: " + set.descriptor);
        });
  }
}
