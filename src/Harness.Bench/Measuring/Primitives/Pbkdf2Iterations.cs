using System.Security.Cryptography;

namespace Harness.Bench.Measuring.Primitives;

/// <summary>PBKDF2-HMAC-SHA-256 with the iterations that SCRAM-SHA-256 asks for at least.</summary>
internal static class Pbkdf2Iterations
{
    private const int Iterations = 4096;

    [MeasuredOperation(
        "pbkdf2", "PBKDF2-HMAC-SHA-256, 4,096 iterations: what a login by SCRAM-SHA-256 costs a device", "password", Order = 9, Firmware = ["pbkdf2-4096"],
        Workload = ReferenceWorkloads.PlatformCall)]
    public static ValueTask<IMeasuredOperation> Open(OperationTarget target, CancellationToken cancellationToken) => target.Primitive(() =>
    {
        var (password, salt, key) = (new byte[28], new byte[16], new byte[32]);
        return () => Rfc2898DeriveBytes.Pbkdf2(password, salt, key, Iterations, HashAlgorithmName.SHA256);
    });
}
