using System.Reflection;

namespace Harness.Adversary.Claims;

/// <summary>One attack on one cell of the claims table: it runs, and either exhibits what it was after or does not.</summary>
/// <remarks>
/// It wins only by the thing itself: a key's fingerprint, the right plaintext, a forgery that was accepted. One that cannot tell throws
/// <see cref="Record.InconclusiveException"/>, never a loss; what breaks in the rig passes through.
/// The control runs the same attack on a deliberately weak setting, where it must win: an attack that cannot win proves nothing by losing.
/// </remarks>
public abstract class Attack
{
    private AttackAttribute? _declared;

    /// <summary>Its description.</summary>
    public abstract AttackDescription Description { get; }

    /// <inheritdoc cref="AttackAttribute.Id"/>
    public string Id => Declared.Id;

    /// <summary>The name and place that the attack's class declares.</summary>
    internal AttackAttribute Declared => _declared ??= GetType().GetCustomAttribute<AttackAttribute>(inherit: false)
        ?? throw new InvalidOperationException($"{GetType().FullName} declares no name: put [Attack(\"...\")] on it");

    /// <summary>The plugin that brought it, by its assembly's name; null for the harness's own.</summary>
    public string? Plugin => GetType().Assembly == typeof(Attack).Assembly ? null : GetType().Assembly.GetName().Name;

    /// <inheritdoc cref="AttackDescription.Cell"/>
    public Cell Cell => Description.Cell;

    /// <inheritdoc cref="AttackDescription.Schemes"/>
    public IReadOnlyList<string> Schemes => Description.Schemes;

    /// <inheritdoc cref="AttackDescription.Precondition"/>
    public string Precondition => Description.Precondition;

    /// <inheritdoc cref="AttackDescription.Summary"/>
    public string Summary => Description.Summary;

    /// <inheritdoc cref="AttackDescription.Observation"/>
    public string Observation => Description.Observation;

    /// <inheritdoc cref="AttackDescription.Reference"/>
    public string Reference => Description.Reference;

    /// <inheritdoc cref="AttackDescription.Control"/>
    public string Control => Description.Control;

    /// <summary>Decides what chance decides, so that every run draws alike. Keys and ephemeral scalars are fresh in each run all the same.</summary>
    public virtual int Seed => Id.Aggregate(17, (seed, c) => unchecked((seed * 31) + c)) & int.MaxValue;

    /// <summary>The testbed this attack needs, made from the rig's: who is there, what the broker offers. The seed is set by the caller.</summary>
    public virtual AttackTestbedOptions Prepare(AttackTestbedOptions options) => options;

    /// <summary>Runs it against the scheme.</summary>
    /// <param name="testbed">A testbed of its own, opened with <see cref="Prepare"/>; nobody has logged in.</param>
    /// <param name="cancellationToken">Ends every wait.</param>
    public abstract Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken);

    /// <summary>Runs it against the weak setting; it must win.</summary>
    /// <param name="controls">Opens controls in this process, for controls that need one.</param>
    /// <param name="cancellationToken">Ends every wait.</param>
    public abstract Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken);

    /// <summary>The id.</summary>
    public sealed override string ToString() => Id;
}

/// <summary>Outcome of an attack.</summary>
/// <param name="Won">True where it reached its goal.</param>
/// <param name="Evidence">Observations: fingerprints, counts, reasons; never a key or a password.</param>
public sealed record AttackResult(bool Won, string Evidence)
{
    /// <summary>It won.</summary>
    public static AttackResult Win(string evidence) => new(true, evidence);

    /// <summary>It lost: every way it has was tried and refused.</summary>
    public static AttackResult Loss(string evidence) => new(false, evidence);
}

/// <summary>Something a paper leaves open or gets wrong, reproduced, with the cheapest way to mend it.</summary>
/// <remarks>It runs like an attack, but decides no cell by itself: the cell is the one it bears on.</remarks>
public abstract class Finding : Attack
{
    /// <summary>The cheapest repair, in words.</summary>
    public abstract string Repair { get; }

    /// <summary>Runs the attack with the repair on: it must lose. Null where the repair is not part of this product.</summary>
    public virtual Task<AttackResult>? RunRepairedAsync(PositiveControlFactory controls, CancellationToken cancellationToken) => null;
}
