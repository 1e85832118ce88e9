namespace Harness.Bench.Measuring.Primitives;

/// <summary>The generator of a group raised to a random scalar.</summary>
internal static class GroupPowers
{
    [MeasuredOperation(
        "p256-mul", "a point of P-256 times a scalar", "point", Order = 7, Firmware = ["p256-mul", "p256-exp"], Workload = ReferenceWorkloads.Product)]
    public static ValueTask<IMeasuredOperation> P256(OperationTarget target, CancellationToken cancellationToken) => target.Primitive(() => Power(AugPakeGroup.P256));

    [MeasuredOperation(
        "modexp", "2048-bit power with a 256-bit exponent", "power", Order = 8, Firmware = ["modexp", "modp2048-q256-exp"], Workload = ReferenceWorkloads.Product)]
    public static ValueTask<IMeasuredOperation> Modp(OperationTarget target, CancellationToken cancellationToken) => target.Primitive(() => Power(AugPakeGroup.Modp2048Q256));

    private static Action Power(AugPakeGroup group)
    {
        var scalar = group.DrawScalar();
        return () => group.PowerOfGenerator(scalar);
    }
}
