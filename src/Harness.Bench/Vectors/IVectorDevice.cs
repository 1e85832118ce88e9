namespace Harness.Bench.Vectors;

/// <summary>A device that known answers are run on.</summary>
public interface IVectorDevice
{
    /// <summary>Its name in the rig.</summary>
    string Name { get; }

    /// <summary>What it is: board, build, test or product firmware.</summary>
    string Description { get; }

    /// <summary>How to run what it could not for want of a test build; null where it lacks none.</summary>
    string? NextCommand { get; }

    /// <summary>What its comparisons leave out, in one line; null where nothing.</summary>
    string? Note { get; }

    /// <summary>Runs one case.</summary>
    /// <exception cref="Harness.Record.RigErrorException">Its line or emulator broke; the case says nothing about the device.</exception>
    ValueTask<VectorOutcome> RunAsync(VectorCase vector, CancellationToken cancellationToken);
}

/// <summary>Hands each kind of case to its method.</summary>
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
}
