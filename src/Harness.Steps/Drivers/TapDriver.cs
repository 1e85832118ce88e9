using System.Net;
using Harness.Adversary;
using Harness.Mqtt;

namespace Harness.Steps.Drivers;

/// <summary>The adversary on the wire between devices and the scenario's broker.</summary>
public sealed class TapDriver(RunEnvironment environment, ScenarioScope scope, BrokerDriver broker)
{
    /// <summary>The adversary at the tap.</summary>
    public Tap Tap { get; } = new();

    /// <summary>Whether logins go through the tap.</summary>
    public bool IsOpen => broker.Testbed.Proxy is not null;

    /// <summary>The place where devices log in: the tap where there is one, else the broker.</summary>
    public IPEndPoint Endpoint => broker.Testbed.Endpoint;

    /// <summary>The bytes at the tap, both directions.</summary>
    /// <exception cref="InvalidOperationException">There is no tap.</exception>
    public IReadOnlyList<CapturedBytes> Capture => broker.Testbed.Proxy?.Capture ?? throw new InvalidOperationException("there is no tap in this scenario");

    /// <summary>Puts the tap between devices and the broker, where it is not there yet.</summary>
    public async Task OpenAsync()
    {
        var rig = environment.Bench.Rig.Broker;
        if (!IsOpen)
        {
            await broker.Testbed.OpenTapAsync(Tap, scope.Cancellation, rig.TapPort == 0 ? null : new IPEndPoint(rig.Address, rig.TapPort));
        }
    }

    /// <summary>Sets the attack that the tap carries out.</summary>
    /// <exception cref="InvalidOperationException">There is no tap.</exception>
    public void Attack(NthPacketPolicy attack) => Tap.Attack = IsOpen
        ? attack
        : throw new InvalidOperationException("there is no tap; add: Given a tap between ... and the broker");
}
