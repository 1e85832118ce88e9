namespace Harness.Steps.Drivers;

/// <summary>An external device of the rig, as attacks start it: once for each login.</summary>
internal sealed class RigExternalDevice(TestBench bench, DeviceEntry entry) : IExternalDevice
{
    public string Name => entry.Name;

    public string Client => entry.Client ?? entry.Name;

    public string CannotPublishReason => entry.PublishesOnCommand ? "" : "one that publishes by itself alone";

    public IExternalDeviceRun Start(IPEndPoint broker, PartyIdentity identity, int keyBits) =>
        new Running(bench.StartExternal(entry.Name, broker, identity, keyBits));

    private sealed class Running(ExternalDevice device) : IExternalDeviceRun
    {
        private static readonly TimeSpan LeavesWithin = TimeSpan.FromSeconds(2);

        public Task Ended => device.Ended;

        public string Description => (device.ExitCode is { } status ? $"its command ended with status {status}" : "nothing in time")
            + (device.Printed.Length > 0 ? $": {device.Printed}" : "");

        public Task PublishAsync(string topic, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken) =>
            device.PublishAsync(topic, plaintext, cancellationToken);

        public async ValueTask DisposeAsync() => await device.LeaveAsync(LeavesWithin);
    }
}
