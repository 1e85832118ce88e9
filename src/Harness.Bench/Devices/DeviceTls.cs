namespace Harness.Bench.Devices;

/// <summary>The broker as an external device knows it that logs in by TLS.</summary>
/// <param name="Name">The name that the broker's certificate must have.</param>
/// <param name="AuthorityFile">Path of the certificate of the only authority to trust, PEM.</param>
public sealed record DeviceTls(string Name, string AuthorityFile);
