namespace Harness.Bench.Measuring.Primitives;

/// <summary>SHA-256 of one block.</summary>
internal static class Sha256Block
{
    /// <summary>The operation's name.</summary>
    public const string Name = "sha256";

    [MeasuredOperation(
        Name, "SHA-256 of 55 bytes, one block", "block", Order = 6, Firmware = ["sha256", "sha256-block"], Workload = ReferenceWorkloads.PlatformCall)]
    public static ValueTask<IMeasuredOperation> Open(OperationTarget target, CancellationToken cancellationToken) => target.Primitive(() =>
    {
        var (data, hash) = (new byte[55], new byte[SHA256.HashSizeInBytes]);
        return () => SHA256.HashData(data, hash);
    });
}
