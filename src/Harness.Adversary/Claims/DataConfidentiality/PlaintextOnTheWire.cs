using Harness.Adversary.Claims.Weak;

namespace Harness.Adversary.Claims.DataConfidentiality;

/// <summary>Pieces of readings are looked for in every byte that went over any connection.</summary>
internal sealed class PlaintextOnTheWire : Attack
{
    private const int Messages = 8;

    public override string Id => "dc-plaintext-on-the-wire";

    public override Cell Cell { get; } = new(Claim.DataConfidentiality);

    public override string Precondition => "a capture of every connection from the login on";

    public override string Summary => "looks for any 8 bytes of 8 readings, raw, in hex and in base64";

    public override string Observation => "a piece of a reading stands in the capture";

    public override string Reference => "Sahmi et al. 2021, section 5 b (confidentiality)";

    public override string Control => "payloads in the clear";

    public override async Task<AttackResult> RunAsync(Ground ground, CancellationToken cancellationToken)
    {
        await ground.LogInAsync(cancellationToken).ConfigureAwait(false);
        var readings = new List<byte[]>();
        for (var i = 0; i < Messages; i++)
        {
            readings.Add(await Wire.DeliverAsync(ground, cancellationToken).ConfigureAwait(false));
        }

        var capture = ground.Proxy.Capture;
        var findings = new PlaintextScan(readings).Scan(capture);
        var bytes = capture.Sum(c => (long)c.Bytes.Length);
        return findings.Count == 0
            ? AttackResult.Loss($"no piece of {Messages} readings in {bytes} bytes of both ways")
            : AttackResult.Win($"{findings.Count} findings in {bytes} bytes, the first {findings[0].Encoding} on the way {findings[0].Direction}: "
                + Wire.Quote(readings[findings[0].Plaintext].AsSpan(0, PlaintextScan.Shortest)));
    }

    public override Task<AttackResult> RunControlAsync(Grounds grounds, CancellationToken cancellationToken) =>
        WeakGrounds.RunAsync(this, grounds, () => new ClearText(), cancellationToken);
}
