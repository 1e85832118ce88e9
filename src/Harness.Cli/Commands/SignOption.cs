namespace Harness.Cli.Commands;

/// <summary><c>--sign KEY</c>: signs the record at its end.</summary>
internal static class SignOption
{
    public static Option<string?> Create() => new("--sign") { Description = "sign the record at its end with a private key on P-256 (PEM), which only its owner may read" };
}
