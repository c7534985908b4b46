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
import javax.crypto.Mac;

/**
 * A column whose values must not be seen: masked or hashed, whatever their descriptor, and never
 * rescued.
 */
final class ProtectedDecoder extends ValueDecoder {
  private static final byte[] MASKED = "****".getBytes(StandardCharsets.US_ASCII);

  private final Protection protection;
  private final Hash hash;
  private final Base64Bytes base64 = new Base64Bytes();
  private final CanonicalJson json = new CanonicalJson();

  /** What bytes go into, and comes out as hash. */
  private interface Hash {
    void update(byte[] bytes, int offset, int length);

    byte[] end();
  }

  /**
   * @param key for {@link Protection#HASH_HMAC}, which cannot do without
   */
  ProtectedDecoder(Protection protection, HashKey key) {
    super(Descriptor.S);
    this.protection = protection;
    this.hash = protection == Protection.HASH_HMAC ? keyed(key) : plain();
  }

  private static Hash plain() {
    MessageDigest sha256;
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
    return new Hash() {
      @Override
      public void update(byte[] bytes, int offset, int length) {
        sha256.update(bytes, offset, length);
      }

      @Override
      public byte[] end() {
        return sha256.digest();
      }
    };
  }

  private static Hash keyed(HashKey key) {
    if (!key.isPresent()) {
      throw new IllegalArgumentException("A column is to be hashed with a key, and there is none");
    }
    Mac mac = key.mac();
    return new Hash() {
      @Override
      public void update(byte[] bytes, int offset, int length) {
        mac.update(bytes, offset, length);
      }

      @Override
      public byte[] end() {
        return mac.doFinal();
      }
    };
  }

  @Override
  void decode(ItemTape tape, int node, ColumnSink sink, int ordinal, Misfits misfits) {
    if (tape.descriptor(node) == Descriptor.NULL) {
      sink.putNull(ordinal);
      misfits.nullValue(node);
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
      case S -> hash.update(tape.valueBytes(node), start, tape.valueEnd(node) - start);
      case N -> {
        String digits =
            new String(
                tape.valueBytes(node),
                start,
                tape.valueEnd(node) - start,
                StandardCharsets.ISO_8859_1);
        // by value, so that 1.0 and 1 hash alike
        String canonical = DynamoNumber.canonical(new BigDecimal(digits));
        byte[] ascii = canonical.getBytes(StandardCharsets.ISO_8859_1);
        hash.update(ascii, 0, ascii.length);
      }
      case B -> {
        int length = base64.decode(tape.valueBytes(node), start, tape.valueEnd(node));
        hash.update(base64.decoded(), 0, length);
      }
      case BOOL, NULL, L, M, SS, NS, BS -> {
        json.write(tape, node);
        hash.update(json.bytes(), 0, json.length());
      }
    }
    return HexFormat.of().formatHex(hash.end()).getBytes(StandardCharsets.US_ASCII);
  }
}
