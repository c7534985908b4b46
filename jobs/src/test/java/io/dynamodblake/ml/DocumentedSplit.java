package io.dynamodblake.ml;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The split by groups as the documentation has it, without Spark. */
final class DocumentedSplit {
  private static final int BYTES = 4;
  private static final double ALL = 4294967296.0;

  private DocumentedSplit() {}

  /** Returns where a group lies, from 0 to below 1. */
  static double place(SplitRule.OfGroup rule, String group) {
    byte[] text = (rule.salt() + "|" + group).getBytes(StandardCharsets.UTF_8);
    long first = 0;
    try {
      byte[] digest = MessageDigest.getInstance("MD5").digest(text);
      for (int i = 0; i < BYTES; i++) {
        first = first << Byte.SIZE | digest[i] & 0xff;
      }
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
    return first / ALL;
  }

  static int split(SplitRule.OfGroup rule, String group) {
    double place = place(rule, group);
    return place < rule.validationFrom().doubleValue()
        ? SplitRule.TRAIN
        : place < rule.testFrom().doubleValue() ? SplitRule.VALIDATION : SplitRule.TEST;
  }
}
