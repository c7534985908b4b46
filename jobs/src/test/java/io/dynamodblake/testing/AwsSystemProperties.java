package io.dynamodblake.testing;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What the default chains of the SDK find, for as long as each test runs: no files, no instance, no
 * region, and keys only if some are given. To be registered as an extension.
 */
public final class AwsSystemProperties implements BeforeEachCallback, AfterEachCallback {
  private static final String ACCESS_KEY = "aws.accessKeyId";
  private static final String SECRET_KEY = "aws.secretAccessKey";

  private final Map<String, String> keys;
  private final Map<String, String> before = new HashMap<>();

  private AwsSystemProperties(Map<String, String> keys) {
    this.keys = keys;
  }

  /** Every test begins without keys. */
  public static AwsSystemProperties withoutKeys() {
    return new AwsSystemProperties(Map.of());
  }

  /** Every test begins with these keys. */
  public static AwsSystemProperties withKeys(String accessKey, String secretKey) {
    return new AwsSystemProperties(Map.of(ACCESS_KEY, accessKey, SECRET_KEY, secretKey));
  }

  /** The keys by the names of their properties. */
  public Map<String, String> keys() {
    return keys;
  }

  /** Gives the rest of the test keys. */
  public AwsSystemProperties setKeys(String accessKey) {
    return set(ACCESS_KEY, accessKey).set(SECRET_KEY, "not-a-secret");
  }

  /** Takes the keys from the rest of the test. */
  public void clearKeys() {
    set(ACCESS_KEY, null).set(SECRET_KEY, null);
  }

  /**
   * Sets another property for the rest of the test.
   *
   * @param value null for none
   */
  public AwsSystemProperties set(String key, String value) {
    String old = replace(key, value);
    if (!before.containsKey(key)) {
      before.put(key, old);
    }
    return this;
  }

  private static String replace(String key, String value) {
    return value == null ? System.clearProperty(key) : System.setProperty(key, value);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    set("aws.disableEc2Metadata", "true");
    set("aws.sharedCredentialsFile", "target/no-credentials");
    set("aws.configFile", "target/no-config");
    set("aws.region", null);
    clearKeys();
    keys.forEach(this::set);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    before.forEach(AwsSystemProperties::replace);
    before.clear();
  }
}
