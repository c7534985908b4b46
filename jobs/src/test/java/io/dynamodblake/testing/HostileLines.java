package io.dynamodblake.testing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/**
 * Lines that are items, nearly items, and nothing of the kind. The same seed gives the same lines.
 */
public final class HostileLines {
  private static final String[] PIECES = {
    "{\"Item\":{",
    "{",
    "}",
    "}}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\\\"",
    "\\u0041",
    "\\ud83d",
    " ",
    "\n",
    "\"a\":",
    "\"a\":{\"S\":\"",
    "\"b\":{\"N\":\"",
    "{\"S\":\"",
    "{\"N\":\"",
    "{\"B\":\"",
    "{\"BOOL\":",
    "{\"NULL\":",
    "{\"L\":[",
    "{\"M\":{",
    "{\"SS\":[",
    "{\"NS\":[",
    "true",
    "false",
    "\"}",
    "\"},",
    "1",
    "12345678",
    "0.5",
    "-",
    "-0",
    ".",
    "E+9",
    "AAE=",
    "====",
    "größe",
    "☂",
    "\u0000",
    "x"
  };

  private final Random random;
  private final RandomItems any;
  private final RandomItems plain;
  private byte[] last = new byte[0];

  public HostileLines(long seed) {
    this.random = new Random(seed);
    this.any = RandomItems.any(seed);
    this.plain = RandomItems.plain(seed);
  }

  /** The next line, without its end. */
  public byte[] next() {
    byte[] line =
        switch (random.nextInt(8)) {
          case 0, 1 -> bytes(plain.line());
          case 2 -> bytes(any.line());
          case 3, 4, 5 -> damaged(bytes(random.nextBoolean() ? plain.line() : any.line()));
          case 6 -> damaged(last);
          default -> random.nextInt(4) == 0 ? noise() : soup();
        };
    last = line;
    return line;
  }

  private byte[] soup() {
    StringBuilder soup = new StringBuilder(random.nextInt(4) > 0 ? "{\"Item\":{" : "");
    for (int i = random.nextInt(24); i > 0; i--) {
      soup.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return bytes(soup.toString());
  }

  private byte[] noise() {
    byte[] noise = new byte[random.nextInt(64)];
    random.nextBytes(noise);
    return noise;
  }

  private byte[] damaged(byte[] line) {
    byte[] damaged = line.clone();
    for (int i = random.nextInt(3); i >= 0 && damaged.length > 0; i--) {
      int at = random.nextInt(damaged.length);
      int to = Math.min(damaged.length, at + 1 + random.nextInt(random.nextBoolean() ? 2 : 40));
      damaged =
          switch (random.nextInt(6)) {
            case 0 -> {
              damaged[at] = (byte) random.nextInt(256);
              yield damaged;
            }
            case 1 -> {
              damaged[at] ^= (byte) (1 << random.nextInt(8));
              yield damaged;
            }
            case 2 -> joined(damaged, at, new byte[0], to);
            case 3 -> joined(damaged, at, bytes(PIECES[random.nextInt(PIECES.length)]), at);
            case 4 -> joined(damaged, to, Arrays.copyOfRange(damaged, at, to), to);
            default -> Arrays.copyOf(damaged, at);
          };
    }
    return damaged;
  }

  /** The line up to a place, something else, and the line from another place on. */
  private static byte[] joined(byte[] line, int until, byte[] between, int from) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    joined.write(line, 0, until);
    joined.write(between, 0, between.length);
    joined.write(line, from, line.length - from);
    return joined.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
