# Homebrew formula. fill.sh inserts the version and the checksums for a release.
class Preauth < Formula
  desc "Policy as code for Salesforce connected apps and external client apps"
  homepage "https://github.com/preauth/preauth"
  version "@VERSION@"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
      url "https://github.com/preauth/preauth/releases/download/v@VERSION@/preauth-aarch64-apple-darwin.tar.xz"
      sha256 "@SHA256_aarch64-apple-darwin@"
    end
    on_intel do
      url "https://github.com/preauth/preauth/releases/download/v@VERSION@/preauth-x86_64-apple-darwin.tar.xz"
      sha256 "@SHA256_x86_64-apple-darwin@"
    end
  end

  on_linux do
    on_arm do
      url "https://github.com/preauth/preauth/releases/download/v@VERSION@/preauth-aarch64-unknown-linux-musl.tar.xz"
      sha256 "@SHA256_aarch64-unknown-linux-musl@"
    end
    on_intel do
      url "https://github.com/preauth/preauth/releases/download/v@VERSION@/preauth-x86_64-unknown-linux-musl.tar.xz"
      sha256 "@SHA256_x86_64-unknown-linux-musl@"
    end
  end

  def install
    bin.install "preauth"
    generate_completions_from_executable(bin/"preauth", "completions")
    system bin/"preauth", "man", buildpath/"man"
    man1.install Dir[buildpath/"man/*.1"]
  end

  test do
    (testpath/"Orders.connectedApp").write <<~XML
      <?xml version="1.0" encoding="UTF-8"?>
      <ConnectedApp xmlns="http://soap.sforce.com/2006/04/metadata">
          <contactEmail>orders@example.com</contactEmail>
          <label>Orders
      </ConnectedApp>
    XML
    assert_match "xml-malformed", shell_output("#{bin}/preauth check --format concise 2>/dev/null", 1)
  end
end
