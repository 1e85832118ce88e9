namespace Harness.Bench.Vectors;

/// <summary>A device that known answers can be run on.</summary>
public interface IVectorDevice
{
    /// <summary>The device's name in the rig.</summary>
    string Name { get; }

    /// <summary>The device's description: board, build, test or product firmware.</summary>
    string Description { get; }

    /// <summary>The command that makes the cases run which need test firmware; null if none were left out for that.</summary>
    string? NextCommand { get; }

    /// <summary>The values that its comparisons leave out, in one line; null if none.</summary>
    string? Note { get; }

    /// <summary>Runs one case.</summary>
    /// <exception cref="Harness.Record.RigErrorException">The device's line or emulator broke; the case says nothing about the device.</exception>
    ValueTask<VectorOutcome> RunAsync(VectorCase vector, CancellationToken cancellationToken);
}

/// <summary>Base class that calls one method for each kind of case.</summary>
public abstract class VectorDevice : IVectorDevice
{
    private protected VectorDevice(string name) => Name = name;

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public abstract string Description { get; }

    /// <inheritdoc/>
    public abstract string? NextCommand { get; }

    /// <inheritdoc/>
    public virtual string? Note => null;

    /// <inheritdoc/>
    public async ValueTask<VectorOutcome> RunAsync(VectorCase vector, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var check = new CaseCheck(vector);
        await (vector switch
        {
            AugPakeCase c => AugPakeAsync(c, check, cancellationToken),
            RejectCase c => RejectAsync(c, check, cancellationToken),
            PresentCase c => PresentAsync(c, check, cancellationToken),
            ModesCase c => ModesAsync(c, check, cancellationToken),
            MqttPresentCase c => MqttPresentAsync(c, check, cancellationToken),
            AesGcmCase c => AesGcmAsync(c, check, cancellationToken),
            HopSealCase c => HopSealAsync(c, check, cancellationToken),
            ScramCase c => ScramAsync(c, check, cancellationToken),
            EsfahaniCase c => EsfahaniAsync(c, check, cancellationToken),
            HardenedCase c => HardenedAsync(c, check, cancellationToken),
            _ => throw new ArgumentException($"{vector.Id} is no case of a known section", nameof(vector)),
        }).ConfigureAwait(false);
        return check.End();
    }

    private protected abstract ValueTask AugPakeAsync(AugPakeCase c, CaseCheck check, CancellationToken cancellationToken);

    private protected abstract ValueTask RejectAsync(RejectCase c, CaseCheck check, CancellationToken cancellationToken);

    private protected abstract ValueTask PresentAsync(PresentCase c, CaseCheck check, CancellationToken cancellationToken);

    private protected abstract ValueTask ModesAsync(ModesCase c, CaseCheck check, CancellationToken cancellationToken);

    private protected abstract ValueTask MqttPresentAsync(MqttPresentCase c, CaseCheck check, CancellationToken cancellationToken);

    private protected abstract ValueTask AesGcmAsync(AesGcmCase c, CaseCheck check, CancellationToken cancellationToken);

    private protected abstract ValueTask HopSealAsync(HopSealCase c, CaseCheck check, CancellationToken cancellationToken);

    private protected abstract ValueTask ScramAsync(ScramCase c, CaseCheck check, CancellationToken cancellationToken);

    private protected abstract ValueTask EsfahaniAsync(EsfahaniCase c, CaseCheck check, CancellationToken cancellationToken);

    private protected abstract ValueTask HardenedAsync(HardenedCase c, CaseCheck check, CancellationToken cancellationToken);
}
