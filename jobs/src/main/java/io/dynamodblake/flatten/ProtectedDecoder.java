package io.dynamodblake.flatten;

import io.dynamodblake.json.ItemTape;
import io.dynamodblake.schema.Protection;
import io.dynamodblake.type.Base64Bytes;
import io.dynamodblake.type.Descriptor;
import io.dynamodblake.type.DynamoNumber;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A column whose values must not be seen: masked or hashed, whatever their descriptor, and never
 * rescued.
 */
final class ProtectedDecoder extends ValueDecoder {
  private static final byte[] MASKED = "****".getBytes(StandardCharsets.US_ASCII);

  private final Protection protection;
  private final MessageDigest sha256;
  private final Base64Bytes base64 = new Base64Bytes();
  private final CanonicalJson json = new CanonicalJson();

  ProtectedDecoder(Protection protection) {
    super(Descriptor.S);
    this.protection = protection;
    try {
      this.sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  @Override
  void decode(ItemTape tape, int node, ColumnSink sink, int ordinal, Misfits misfits) {
    if (tape.descriptor(node) == Descriptor.NULL) {
      sink.putNull(ordinal);
      misfits.nullValue();
    } else {
      decodeValue(tape, node, sink, ordinal, misfits);
    }
  }

  @Override
  boolean decodeValue(ItemTape tape, int node, ColumnSink sink, int ordinal, Misfits misfits) {
    byte[] shown = protection == Protection.MASK ? MASKED : hash(tape, node);
    sink.putBytes(ordinal, shown, 0, shown.length);
    return true;
  }

  private byte[] hash(ItemTape tape, int node) {
    int start = tape.valueStart(node);
    switch (tape.descriptor(node)) {
      case S -> sha256.update(tape.valueBytes(node), start, tape.valueEnd(node) - start);
      case N -> {
        String digits =
            new String(
                tape.valueBytes(node),
                start,
                tape.valueEnd(node) - start,
                StandardCharsets.ISO_8859_1);
        // by value, so that 1.0 and 1 hash alike
        String canonical = DynamoNumber.canonical(new BigDecimal(digits));
        sha256.update(canonical.getBytes(StandardCharsets.ISO_8859_1));
      }
      case B -> {
        int length = base64.decode(tape.valueBytes(node), start, tape.valueEnd(node));
        sha256.update(base64.decoded(), 0, length);
      }
      case BOOL, NULL, L, M, SS, NS, BS -> {
        json.write(tape, node);
        sha256.update(json.bytes(), 0, json.length());
      }
    }
    return HexFormat.of().formatHex(sha256.digest()).getBytes(StandardCharsets.US_ASCII);
  }
}
