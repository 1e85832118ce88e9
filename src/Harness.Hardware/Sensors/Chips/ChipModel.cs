namespace Harness.Hardware.Sensors.Chips;

/// <summary>A model of a chip and of its line. It outlives the drivers that are constructed on it. Thread-safe.</summary>
internal abstract class ChipModel(string name, IReadOnlyList<SensorRange> senses) : ISensorModel, ISensorTransports
{
    private readonly Dictionary<string, double> _values = [];
    private ChipFault _fault;

    public IReadOnlyList<SensorRange> Senses { get; } = senses;

    public abstract IReadOnlyList<ChipFault> Faults { get; }

    public string Name { get; } = $"{name} model";

    public string LookCommand => "./harness rig show";

    public ChipFault Fault
    {
        get => _fault;
        set
        {
            lock (Gate)
            {
                if (value != ChipFault.None && !Faults.Contains(value))
                {
                    throw new ArgumentException($"a {name} model cannot have the fault {value}; it can have {string.Join(", ", Faults)}", nameof(value));
                }

                var wasGone = _fault == ChipFault.Gone && value != ChipFault.Gone;
                _fault = value;
                if (wasGone)
                {
                    PowerUp(); // it was without supply
                }

                Changed();
            }
        }
    }

    protected Lock Gate { get; } = new();

    public void Set(string quantity, double value)
    {
        var range = Senses.FirstOrDefault(s => s.Quantity == quantity)
            ?? throw new ArgumentException($"a {name} model does not sense {quantity}; it senses {string.Join(", ", Senses.Select(s => s.Quantity))}", nameof(quantity));
        if (!(value >= range.Least && value <= range.Most))
        {
            throw new ArgumentException(FormattableString.Invariant($"a {name} measures {quantity} from {range.Least} to {range.Most} {range.Unit}, not {value}"), nameof(value));
        }

        lock (Gate)
        {
            _values[quantity] = value;
            Changed();
        }
    }

    public virtual I2cDevice OpenI2c() => throw new NotSupportedException();

    public virtual SpiDevice OpenSpi() => throw new NotSupportedException();

    public GpioController OpenGpio() => throw new NotSupportedException();

    public int Pin(string word) => throw new NotSupportedException();

    public PwmChannel OpenPwm() => throw new NotSupportedException();

    public virtual (string Bus, string Device) OneWire() => throw new NotSupportedException();

    protected double Value(string quantity, double otherwise) => _values.GetValueOrDefault(quantity, otherwise);

    /// <summary>Brings the registers to their values after power-on.</summary>
    protected abstract void PowerUp();

    /// <summary>Follows a value or a fault that was set.</summary>
    protected virtual void Changed()
    {
    }

    protected HardwareException Nobody() =>
        new(HardwareFailure.NoAcknowledge, Name, $"{Name}: nobody acknowledges; the model was taken off the bus.", LookCommand);

    protected HardwareException Held() =>
        new(HardwareFailure.BusStuck, Name, $"{Name}: the transfer does not end; the model holds SCL low.", LookCommand);
}

/// <summary>A modelled chip on a modelled I2C bus.</summary>
internal abstract class I2cChipModel(string name, int address, IReadOnlyList<SensorRange> senses, params ChipFault[] more) : ChipModel(name, senses)
{
    public override IReadOnlyList<ChipFault> Faults { get; } = [ChipFault.Gone, ChipFault.ClockHeld, ChipFault.DataLow, .. more];

    public override I2cDevice OpenI2c() => new Line(this, address);

    /// <summary>Takes the bytes that the master writes after the address.</summary>
    protected abstract void Write(ReadOnlySpan<byte> bytes);

    /// <summary>Gives the bytes that the master clocks out after the address.</summary>
    protected abstract void Read(Span<byte> bytes);

    private void Transfer(ReadOnlySpan<byte> write, Span<byte> read)
    {
        lock (Gate)
        {
            switch (Fault)
            {
                case ChipFault.Gone:
                    throw Nobody();
                case ChipFault.ClockHeld:
                    throw Held();
                case ChipFault.DataLow:
                    read.Clear();
                    return;
            }

            if (write.Length > 0)
            {
                Write(write);
            }

            if (read.Length > 0)
            {
                Read(read);
            }
        }
    }

    private sealed class Line(I2cChipModel chip, int address) : I2cDevice
    {
        private bool _disposed;

        public override I2cConnectionSettings ConnectionSettings { get; } = new(0, address);

        public override void Write(ReadOnlySpan<byte> buffer) => Transfer(buffer, []);

        public override void Read(Span<byte> buffer) => Transfer([], buffer);

        public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer) => Transfer(writeBuffer, readBuffer);

        protected override void Dispose(bool disposing) => _disposed = true;

        private void Transfer(ReadOnlySpan<byte> write, Span<byte> read)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            chip.Transfer(write, read);
        }
    }
}

/// <summary>A modelled chip with a pointer and registers of 16 bits, or 8 where the chip says so, most significant byte first.</summary>
internal abstract class RegisterChipModel(string name, int address, IReadOnlyList<SensorRange> senses, params ChipFault[] more) : I2cChipModel(name, address, senses, more)
{
    private byte _pointer;

    protected override void Write(ReadOnlySpan<byte> bytes)
    {
        _pointer = bytes[0];
        if (bytes.Length > 1)
        {
            WriteRegister(_pointer, bytes.Length > 2 ? (ushort)((bytes[1] << 8) | bytes[2]) : bytes[1]);
        }
    }

    protected override void Read(Span<byte> bytes)
    {
        var value = ReadRegister(_pointer);
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = Is8Bits(_pointer) || (i & 1) == 1 ? (byte)value : (byte)(value >> 8);
        }
    }

    protected abstract ushort ReadRegister(byte register);

    protected abstract void WriteRegister(byte register, ushort value);

    protected virtual bool Is8Bits(byte register) => false;
}
