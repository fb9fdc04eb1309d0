(** * Claim 5, IGCV2: path counts of a chain of group convolutions

    A chain on C channels: group convolutions with partitions of K channels, each followed by a permutation.
    It is strictly complementary if exactly one path joins every input channel to every output channel.

    - Strict complementarity implies that the product of the K is C. On paper: from a channel a path may go on
      to any of the K channels of its partition, and a permutation leaves the number of paths as it is; so
      K_1 K_2 … paths leave each input channel. If one of them ends in each of the C outputs, their number
      is C.
    - The converse fails: C = 8, K = 2, 2, 2, mixing the bits 0, 1, 0 of the channel number.
    - The specification's permutations (each an interleave that moves the lowest digit to the top) make a
      chain strictly complementary. On paper: write Q for the product of the K still to come. After the
      steps so far the channel is e Q + q, where e < E = C / Q holds the digits mixed so far, q < Q those not
      yet mixed. The next step replaces the lowest digit of q by any digit d and puts it on top of e: d E + e.
      At the end Q = 1, and every output is reached by the one choice of digits that it spells. *)

From Coq Require Import Arith List Lia Reals.
From IGC Require Import Formulas Division Sum Interleave.
From IGC Require Complexity.
Import ListNotations.
Local Open Scope nat_scope.

(** A group convolution with partitions of [size] channels; then channel c moves to [moves] c. *)
Record link := Link { size : nat; moves : nat -> nat }.

Section Chain.

Variable C : nat.

(** K divides C, and the permutation stays within the channels. *)
Definition well_formed (k : link) : Prop :=
  (exists parts, C = parts * size k) /\ forall c, c < C -> moves k c < C.

(** The number of paths from input i to output o: the first link leads to any channel d of i's partition. *)
Fixpoint paths (chain : list link) (i o : nat) : nat :=
  match chain with
  | [] => if i =? o then 1 else 0
  | k :: rest => sum C (fun d => if same_group (size k) (size k) d i then paths rest (moves k d) o else 0)
  end.

Definition sizes_product (chain : list link) : nat := fold_right (fun k p => size k * p) 1 chain.

Definition strictly_complementary (chain : list link) : Prop :=
  forall i o, i < C -> o < C -> paths chain i o = 1.

Lemma sum_constant (n a : nat) : sum n (fun _ => a) = n * a.
Proof. induction n as [|n IH]; simpl; [reflexivity|]. simpl in IH. rewrite IH. lia. Qed.

(** A sum over the channels of i's partition. *)
Lemma sum_over_partition (k i : nat) (f : nat -> nat) :
  (exists parts, C = parts * k) -> i < C ->
  sum C (fun d => if same_group k k d i then f d else 0) = sum k (fun d => f (i / k * k + d)).
Proof.
  intros (parts & size_divides) i_below. unfold same_group.
  rewrite size_divides in i_below |- *.
  destruct (channel_parts parts k i i_below) as (part & rest & part_below & rest_below & ->).
  rewrite quotient by assumption. exact (sum_own_block counting parts k part f part_below).
Qed.

(** The number of paths out of a channel. *)
Theorem paths_out_of_a_channel (chain : list link) (i : nat) :
  Forall well_formed chain -> i < C -> sum C (fun o => paths chain i o) = sizes_product chain.
Proof.
  intro formed. revert i. induction formed as [|k rest (size_divides & stays) _ IH]; intros i i_below; simpl.
  - rewrite (sum_single counting C i); simpl; [now rewrite Nat.eqb_refl|assumption|].
    intros o _ other. now rewrite (proj2 (Nat.eqb_neq i o)) by auto.
  - rewrite (sum_swap counting).
    rewrite (sum_ext counting C _
      (fun d => if same_group (size k) (size k) d i then sizes_product rest else 0)).
    + rewrite (sum_over_partition (size k) i (fun _ => sizes_product rest)) by assumption.
      apply sum_constant.
    + intros d d_below. destruct same_group; [apply IH; now apply stays|apply (sum_zero counting)].
Qed.

(** Strict complementarity implies that the product of the K is C. *)
Theorem strict_chain_has_product_C (chain : list link) :
  1 <= C -> Forall well_formed chain -> strictly_complementary chain -> sizes_product chain = C.
Proof.
  intros C_positive formed strict.
  rewrite <- (paths_out_of_a_channel chain 0 formed C_positive).
  rewrite (sum_ext counting C _ (fun _ => 1)) by (intros; now apply strict).
  rewrite sum_constant. lia.
Qed.

(** The specification's chain for K_1, K_2, …. *)
Definition digit_chain (sizes : list nat) : list link :=
  map (fun k => Link k (interleave_index (C / k) k)) sizes.

Definition product (sizes : list nat) : nat := fold_right Nat.mul 1 sizes.

(** The paths from channel e Q + q on, where Q is the product of the sizes still to come and E that of the
    sizes gone by: one to each output whose lower digits are e, that is o mod E = e. *)
Lemma digit_chain_paths (sizes : list nat) (E e q o : nat) :
  C = E * product sizes -> e < E -> q < product sizes -> o < C ->
  paths (digit_chain sizes) (e * product sizes + q) o = if o mod E =? e then 1 else 0.
Proof.
  revert E e q. induction sizes as [|k sizes IH]; intros E e q total e_below q_below o_below; simpl in *.
  - rewrite Nat.mul_1_r in *. subst C. rewrite Nat.mod_small by assumption.
    replace (e + q) with e by lia. now rewrite Nat.eqb_sym.
  - set (Q := product sizes) in *.
    assert (0 < k) as k_positive by (destruct k; simpl in q_below; lia).
    assert (0 < E) as E_positive by lia.
    assert (C = E * Q * k) as parts by lia.
    rewrite Nat.mul_comm in q_below.
    destruct (channel_parts Q k q q_below) as (q2 & digit & q2_below & digit_below & ->).
    replace (e * (k * Q) + (q2 * k + digit)) with ((e * Q + q2) * k + digit) by ring.
    rewrite sum_over_partition; [|now exists (E * Q)|].
    2: { rewrite parts. apply in_range; [now apply in_range|assumption]. }
    rewrite quotient by assumption.
    (* a new digit d moves to the top: the channel is now (d E + e) Q + q2 *)
    rewrite (sum_ext counting k _ (fun d => if o mod (k * E) =? d * E + e then 1 else 0)).
    + assert (o < k * Q * E) as o_below2 by lia.
      assert (o mod (k * E) < k * E) as low by (apply Nat.mod_upper_bound; nia).
      assert (o mod E = (o mod (k * E)) mod E) as ->.
      { rewrite (Nat.mul_comm k E), Nat.mod_mul_r, (Nat.mul_comm E), Nat.mod_add, Nat.mod_mod by lia. reflexivity. }
      destruct (channel_parts k E _ low) as (d & r & d_below & r_below & ->).
      rewrite remainder by assumption.
      rewrite (sum_single counting k d); [|assumption|].
      * destruct (Nat.eqb_spec r e) as [->|other]; [now rewrite Nat.eqb_refl|].
        now rewrite (proj2 (Nat.eqb_neq _ _)) by lia.
      * intros d2 _ other. rewrite (proj2 (Nat.eqb_neq _ _)); [reflexivity|].
        intro same. apply other. now apply (parts_are_unique E d r d2 e) in same as [].
    + intros d d_below. rewrite interleave_at by assumption.
      replace (C / k) with (E * Q) by (rewrite parts; now rewrite Nat.div_mul by lia).
      replace (d * (E * Q) + (e * Q + q2)) with ((d * E + e) * Q + q2) by ring.
      apply (IH (k * E)); [lia|now apply in_range|assumption|assumption].
Qed.

(** The specification's permutations make the chain strictly complementary. *)
Theorem digit_chain_is_strict (sizes : list nat) :
  C = product sizes -> strictly_complementary (digit_chain sizes).
Proof.
  intros total i o i_below o_below.
  replace i with (0 * product sizes + i) by reflexivity.
  rewrite (digit_chain_paths sizes 1) by lia.
  now rewrite Nat.mod_1_r.
Qed.

End Chain.

(** This paper's block is the chain of two, K = M, L, and its two permutations are the interleave and back. *)
Theorem igcv1_is_a_strict_chain (L M : nat) :
  1 <= L -> 1 <= M ->
  strictly_complementary (L * M)
    [Link M (interleave_index L M); Link L (deinterleave_index L M)].
Proof.
  intros. pose proof (digit_chain_is_strict (L * M) [M; L]) as strict.
  unfold digit_chain in strict. simpl in strict.
  rewrite Nat.div_mul, (Nat.mul_comm L M), Nat.div_mul in strict by lia.
  rewrite (Nat.mul_comm L M). apply strict. lia.
Qed.

(** Together with the inequality of the means: the IGCV2 bound for every strictly complementary chain, S taps in the
    first convolution. *)
Lemma real_product (chain : list link) :
  Complexity.product (map (fun k => INR (size k)) chain) = INR (sizes_product chain).
Proof.
  induction chain as [|k rest IH]; [reflexivity|].
  change (sizes_product (k :: rest)) with (size k * sizes_product rest). rewrite mult_INR, <- IH. reflexivity.
Qed.

Theorem strict_chain_is_bounded (C S : nat) (k : link) (rest : list link) :
  1 <= C -> 1 <= S -> Forall (well_formed C) (k :: rest) -> strictly_complementary C (k :: rest) ->
  let sizes := map (fun j => INR (size j)) rest in
  (Complexity.chain_bound (INR C) (INR S) (INR (size k)) sizes
    <= Complexity.chain_parameters (INR C) (INR S) (INR (size k)) sizes)%R.
Proof.
  intros C_positive S_positive formed strict. apply Complexity.chain_parameters_are_bounded.
  - apply lt_0_INR. lia.
  - change (Forall (Rlt 0) (map (fun j => INR (size j)) (k :: rest))). apply Forall_map.
    apply Forall_impl with (2 := formed). intros j ((parts & divides) & _). apply lt_0_INR. nia.
  - change (Complexity.product (map (fun j => INR (size j)) (k :: rest)) = INR C).
    rewrite real_product. f_equal. now apply strict_chain_has_product_C.
Qed.

(** The converse fails: the bits 0, 1, 0 are mixed, the product of the sizes is 8, and of the path counts some
    are 2 and some 0. *)
Definition bits_0_1_0 : list link :=
  [Link 2 (interleave_index 4 2); Link 2 (interleave_index 2 4); Link 2 (fun c => c)].

Theorem product_C_is_not_enough :
  Forall (well_formed 8) bits_0_1_0 /\ sizes_product bits_0_1_0 = 8 /\
  paths 8 bits_0_1_0 0 0 = 2 /\ paths 8 bits_0_1_0 0 4 = 0.
Proof.
  split; [|now vm_compute].
  apply Forall_cons; [|apply Forall_cons; [|apply Forall_cons; [|apply Forall_nil]]];
    (split; [now exists 4|]); intros c below; simpl.
  - now apply (interleave_in_range 4 2).
  - now apply (interleave_in_range 2 4).
  - assumption.
Qed.
