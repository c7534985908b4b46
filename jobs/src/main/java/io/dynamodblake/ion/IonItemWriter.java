package io.dynamodblake.ion;

import com.amazon.ion.IonType;
import com.amazon.ion.IonWriter;
import com.amazon.ion.system.IonTextWriterBuilder;
import io.dynamodblake.type.Descriptor;
import io.dynamodblake.type.LineWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes items as lines of Ion text, as DynamoDB exports and imports them: a version marker, one
 * struct, a line feed. Sets are lists with an annotation, numbers are decimals. The lines gather in
 * a buffer until {@link #reset}. Not safe for use by several threads.
 */
public final class IonItemWriter implements LineWriter {
  static final List<Descriptor> SETS = List.of(Descriptor.SS, Descriptor.NS, Descriptor.BS);

  private static final String SS = "$dynamodb_SS";
  private static final String NS = "$dynamodb_NS";
  private static final String BS = "$dynamodb_BS";
  private static final byte[] MARKER = "$ion_1_0 ".getBytes(StandardCharsets.US_ASCII);
  private static final String ITEM = "Item";

  private final Buffer buffer = new Buffer();
  private IonWriter writer = writer(buffer);
  private boolean open; // an item was begun and not ended

  private static IonWriter writer(Buffer buffer) {
    // neither version markers nor symbol tables of its own: the marker has to stand on every line
    return IonTextWriterBuilder.minimal().build(buffer);
  }

  /** The annotation that makes a list a set. */
  static String annotation(Descriptor set) {
    return switch (set) {
      case SS -> SS;
      case NS -> NS;
      case BS -> BS;
      default -> throw new IllegalArgumentException("Not a set descriptor: " + set);
    };
  }

  /**
   * Returns the array whose first {@link #length} bytes are the lines written since {@link #reset}.
   */
  @Override
  public byte[] bytes() {
    return buffer.bytes();
  }

  @Override
  public int length() {
    return buffer.size();
  }

  /** Forgets all lines, also one that was begun and not ended. */
  @Override
  public void reset() {
    if (open) {
      writer = writer(buffer); // an IonWriter cannot take back what it began
      open = false;
    }
    buffer.reset();
  }

  @Override
  public void beginItem() {
    buffer.writeBytes(MARKER);
    buffer.expectValue();
    open = true;
    run(
        () -> {
          writer.stepIn(IonType.STRUCT);
          writer.setFieldName(ITEM);
          writer.stepIn(IonType.STRUCT);
        });
  }

  @Override
  public void endItem() {
    run(
        () -> {
          writer.stepOut();
          writer.stepOut();
          writer.flush();
        });
    buffer.write('\n');
    open = false;
  }

  @Override
  public void name(byte[] utf8, int offset, int length) {
    writer.setFieldName(new String(utf8, offset, length, StandardCharsets.UTF_8));
  }

  @Override
  public void text(byte[] utf8, int offset, int length) {
    String text = new String(utf8, offset, length, StandardCharsets.UTF_8);
    run(() -> writer.writeString(text));
  }

  @Override
  public void number(byte[] ascii, int offset, int length) {
    BigDecimal number =
        new BigDecimal(new String(ascii, offset, length, StandardCharsets.US_ASCII));
    // as the service does: 2000 is 2d3, which has one digit to whoever counts them
    BigDecimal shortest = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
    run(() -> writer.writeDecimal(shortest));
  }

  @Override
  public void binary(byte[] bytes, int offset, int length) {
    run(() -> writer.writeBlob(bytes, offset, length));
  }

  @Override
  public void bool(boolean value) {
    run(() -> writer.writeBool(value));
  }

  @Override
  public void nullValue() {
    run(writer::writeNull);
  }

  @Override
  public void beginList() {
    run(() -> writer.stepIn(IonType.LIST));
  }

  @Override
  public void endList() {
    run(writer::stepOut);
  }

  @Override
  public void beginMap() {
    run(() -> writer.stepIn(IonType.STRUCT));
  }

  @Override
  public void endMap() {
    run(writer::stepOut);
  }

  @Override
  public void beginSet(Descriptor set) {
    writer.addTypeAnnotation(annotation(set));
    run(() -> writer.stepIn(IonType.LIST));
  }

  @Override
  public void endSet() {
    run(writer::stepOut);
  }

  private interface Step {
    void run() throws IOException;
  }

  private static void run(Step step) {
    try {
      step.run();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write Ion to memory", e);
    }
  }

  /** Leaves out the blank by which ion-java separates one top-level value from the next. */
  private static final class Buffer extends ByteArrayOutputStream {
    private boolean beforeValue;

    Buffer() {
      super(4 << 10);
    }

    byte[] bytes() {
      return buf;
    }

    void expectValue() {
      beforeValue = true;
    }

    @Override
    public synchronized void write(byte[] source, int offset, int length) {
      if (length == 0) {
        return;
      }
      int blank = beforeValue && source[offset] == ' ' ? 1 : 0;
      beforeValue = false;
      super.write(source, offset + blank, length - blank);
    }
  }
}
